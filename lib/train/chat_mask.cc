// Finds what is learnt of a conversation.
#include "train/chat_mask.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "text/turn_spans.h"
#include "train/message_wish.h"

namespace llmops::train {
namespace {

using text::ByteSpan;

/// Tokens behind a content in which the end of its turn is looked for where the template shows no turn; axolotl's.
constexpr std::size_t kEndWithin = 3;

/// The end of a turn: a special token.
struct TurnEnd {
  std::size_t token = 0;
  bool learnt = false;  ///< the turn
  bool is_eos = false;  ///< else another token that ends turns
};

/// A token is learnt when it begins inside a span: one that straddles the border was begun by the prompt.
void mark(const std::vector<text::TokenSpan>& tokens, const ByteSpan& span, std::uint8_t value, Example& example) {
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].begin >= span.first && tokens[i].begin < span.second) example.supervised[i] = value;
  }
}

class ConversationMask {
 public:
  ConversationMask(const text::ChatTemplate& chat_template, const text::Tokenizer& tokenizer, Conversation conversation,
                   const ChatData& data, const ChatMaskOptions& options)
      : tokenizer_(tokenizer), data_(data), options_(options), messages_(std::move(conversation.messages)) {
    for (std::size_t i = 0; i < messages_.size() && messages_.is_array(); ++i) {
      if (messages_[i].is_object()) wishes_.push_back(take_wish(messages_[i], i, data));
    }
    spans_.emplace(chat_template, messages_, conversation.tools);
    tokens_ = tokenizer.encode_with_spans(spans_->text(), /*add_special=*/false);
    for (const text::TokenSpan& token : tokens_) example_.tokens.push_back(token.id);
    example_.supervised.assign(tokens_.size(), options.train_on_inputs ? 1 : 0);
  }

  Example example() {
    for (std::size_t i = options_.first_message; i < messages_.size(); ++i) {
      if (options_.train_on_inputs) {
        if (wishes_[i].refused) leave_out(i);
      } else if (wishes_[i].learnt) {
        for (const ByteSpan& span : learnt(i)) mark(tokens_, span, 1, example_);
      }
    }
    if (!options_.train_on_inputs) mark_ends();
    return std::move(example_);
  }

 private:
  bool answers(std::size_t message) const { return messages_[message]["role"] == "assistant"; }
  bool by_template() const { return data_.train_on_eos.empty() && data_.train_on_eot.empty(); }

  void leave_out(std::size_t message) {
    const auto turn = spans_->turn(message);
    if (!turn) refuse_message(message, " is not to be learnt, but the chat template writes it outside of its loop");
    mark(tokens_, *turn, 0, example_);
  }

  std::vector<ByteSpan> learnt(std::size_t message) const {
    const MessageWish& wish = wishes_[message];
    if (!wish.parts.is_null() && !wish.parts.empty()) {
      return learnt_parts(*spans_, messages_[message], message, wish.parts);
    }
    if (answers(message)) return spans_->answer(message);
    const auto content = spans_->content(message);
    return content ? std::vector<ByteSpan>{*content} : std::vector<ByteSpan>{};
  }

  /// The special token that ends a turn; none where it ends otherwise.
  std::optional<std::size_t> end_of(std::size_t message) const {
    const auto turn = spans_->turn(message);
    const auto special = [&](std::size_t token) { return tokenizer_.is_special(tokens_[token].id); };
    const auto first_from = [&](std::size_t byte) {
      const auto found =
          std::find_if(tokens_.begin(), tokens_.end(), [&](const auto& token) { return token.begin >= byte; });
      return static_cast<std::size_t>(found - tokens_.begin());
    };
    if (turn) {
      const std::size_t begin = first_from(turn->first), end = first_from(turn->second);
      return end > begin + 1 && special(end - 1) ? std::optional(end - 1) : std::nullopt;
    }
    const auto content = spans_->content(message);
    if (!content) return std::nullopt;
    const std::size_t begin = first_from(content->second);
    for (std::size_t i = begin; i < std::min(begin + kEndWithin, tokens_.size()); ++i) {
      if (special(i)) return i;
    }
    return std::nullopt;
  }

  std::vector<TurnEnd> ends() const {
    std::vector<TurnEnd> found;
    for (std::size_t i = options_.first_message; i < messages_.size(); ++i) {
      // An answer learnt whole has its end within it, or the template's blocks leave it out.
      if (by_template() && (!wishes_[i].learnt || (answers(i) && wishes_[i].parts.is_null()))) continue;
      const auto token = end_of(i);
      if (token) found.push_back({*token, wishes_[i].learnt, tokens_[*token].id == tokenizer_.eos_id()});
    }
    return found;
  }

  void mark_ends() {
    const std::string eos = data_.train_on_eos.empty() ? "turn" : data_.train_on_eos;
    const std::string other = data_.train_on_eot.empty() ? eos : data_.train_on_eot;
    const std::vector<TurnEnd> all = ends();
    std::size_t last_eos = std::numeric_limits<std::size_t>::max();
    for (const TurnEnd& end : all) {
      if (end.is_eos) last_eos = end.token;
    }
    for (const TurnEnd& end : all) {
      const auto wanted = [&](const std::string& which, std::size_t last) {
        return which == "all" || (which == "turn" && end.learnt) || (which == "last" && end.token == last);
      };
      // The end-of-text token is one of those that end turns, too.
      const bool learnt = wanted(other, all.back().token) || (end.is_eos && wanted(eos, last_eos));
      example_.supervised[end.token] = learnt ? 1 : 0;
    }
  }

  const text::Tokenizer& tokenizer_;
  const ChatData& data_;
  ChatMaskOptions options_;
  Json messages_;
  std::vector<MessageWish> wishes_;  ///< of each message
  std::optional<text::TurnSpans> spans_;
  std::vector<text::TokenSpan> tokens_;
  Example example_;
};

}  // namespace

Example mask_conversation(const text::ChatTemplate& chat_template, const text::Tokenizer& tokenizer,
                          const Conversation& conversation, const ChatData& data, const ChatMaskOptions& options) {
  return ConversationMask(chat_template, tokenizer, conversation, data, options).example();
}

}  // namespace llmops::train
