// Finds messages in the text that a chat template makes of them.
#include "text/turn_spans.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"
#include "text/unicode.h"
#include "text/utf8.h"

namespace llmops::text {
namespace {

// Put around a content to see where it comes out: private characters that no conversation has.
constexpr std::string_view kBegin = "\xF3\xBF\xBE\x80";  // U+FFF80
constexpr std::string_view kEnd = "\xF3\xBF\xBE\x81";    // U+FFF81

constexpr const char* kMarkHint = "mark what is learnt with {% generation %} ... {% endgeneration %} in the template";

/// The texts of a content: itself, or its parts of type text.
std::vector<Json*> texts_of(Json& message) {
  const auto content = message.find("content");
  if (content == message.end()) return {};
  if (content->is_string()) return {&*content};
  std::vector<Json*> texts;
  if (!content->is_array()) return texts;
  for (Json& part : *content) {
    if (part.is_object() && part.contains("text") && part["text"].is_string()) texts.push_back(&part["text"]);
  }
  return texts;
}

void insert_at_begin(Json& text) {
  auto& bytes = text.get_ref<std::string&>();
  bytes.insert(static_cast<std::size_t>(trimmed(bytes).data() - bytes.data()), kBegin);
}

void append_at_end(Json& text) {
  auto& bytes = text.get_ref<std::string&>();
  const std::string_view inner = trimmed(bytes);
  bytes.insert(static_cast<std::size_t>(inner.data() - bytes.data()) + inner.size(), kEnd);
}

/// Marks the first text's begin and the last one's end. @returns false where there is nothing to mark
bool mark_content(Json& message) {
  std::vector<Json*> texts = texts_of(message);
  std::erase_if(texts, [](const Json* text) { return trimmed(text->get_ref<const std::string&>()).empty(); });
  if (texts.empty()) return false;
  append_at_end(*texts.back());
  insert_at_begin(*texts.front());
  return true;
}

/// Bytes of the prompt that a turn begins with: all, or as far as both are the same up to the end of a word or tag.
std::size_t begun_with(std::string_view turn, std::string_view prompt) {
  if (turn.starts_with(prompt)) return prompt.size();
  const auto differs = std::mismatch(prompt.begin(), prompt.end(), turn.begin(), turn.end()).first;
  const auto shared = prompt.substr(0, static_cast<std::size_t>(differs - prompt.begin()));
  return shared.find_last_of(" \t\r\n>])}") + 1;
}

/// Takes a mark out of the text. @returns where it was; none unless it was there once
std::optional<std::size_t> take_mark(std::string& text, std::string_view mark) {
  const std::size_t at = text.find(mark);
  if (at == std::string::npos) return std::nullopt;
  text.erase(at, mark.size());
  return text.find(mark) == std::string::npos ? std::optional(at) : std::nullopt;
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  std::size_t begin = text.size(), end = 0;
  for (std::size_t at = 0; at < text.size();) {
    const Utf8Step step = utf8_step(text, at);
    if (!is_white_space(step.code_point)) {
      begin = std::min(begin, at);
      end = at + step.length;
    }
    at += step.length;
  }
  return end == 0 ? text.substr(0, 0) : text.substr(begin, end - begin);
}

TurnSpans::TurnSpans(const ChatTemplate& chat_template, Json messages, Json tools)
    : template_(chat_template), messages_(std::move(messages)), tools_(std::move(tools)) {
  rendered_ = template_.render_variables({{"messages", messages_}, {"tools", tools_}});
  find_turns();
}

void TurnSpans::find_turns() {
  turns_.resize(messages_.size());
  std::vector<char> scattered(messages_.size(), 0);
  for (const ChatTemplate::Turn& part : rendered_.turns) {
    std::optional<ByteSpan>& turn = turns_[part.message];
    const bool around = turn && part.begin <= turn->first && part.end >= turn->second;  // a loop within a loop
    if (turn && !around) scattered[part.message] = 1;
    turn = {part.begin, part.end};
  }
  for (std::size_t i = 0; i < turns_.size(); ++i) {
    if (scattered[i] != 0) turns_[i].reset();
    if (!turns_[i]) continue;
    auto& [begin, end] = *turns_[i];
    if (i + 1 == turns_.size()) end = rendered_.text.size();
    const std::string_view inner = trimmed(std::string_view(rendered_.text).substr(begin, end - begin));
    end = static_cast<std::size_t>(inner.data() - rendered_.text.data()) + inner.size();
  }
}

const std::string& TurnSpans::generation_prompt() const {
  if (generation_prompt_) return *generation_prompt_;
  Json asked = Json::array();  // up to the first answer, where templates always put the prompt
  for (const Json& message : messages_) {
    if (message["role"] == "assistant") break;
    asked.push_back(message);
  }
  if (asked.empty()) asked = messages_;
  const std::string with = template_.render(asked, true, tools_), without = template_.render(asked, false, tools_);
  if (!with.starts_with(without)) {
    throw InputError("the chat template changes the conversation where it asks for an answer", kMarkHint);
  }
  return generation_prompt_.emplace(with.substr(without.size()));
}

std::vector<ByteSpan> TurnSpans::answer(std::size_t message) const {
  const std::optional<ByteSpan> turn = turns_.at(message);
  if (!turn) refuse(message, "writes it outside of its loop over the messages, or in several places");
  std::vector<ByteSpan> spans;
  for (const ByteSpan& block : rendered_.assistant_spans) {
    if (block.first >= turn->first && block.first <= turn->second) spans.push_back(block);
  }
  if (!rendered_.assistant_spans.empty()) return spans;
  const std::string& prompt = generation_prompt();
  const std::size_t prompted = begun_with(std::string_view(rendered_.text).substr(turn->first), prompt);
  if (!prompt.empty() && prompted == 0) {
    refuse(message, fmt::format("begins it otherwise than with its generation prompt, '{}'", prompt));
  }
  const std::size_t begin = turn->first + prompted;
  return {{begin, std::max(begin, turn->second)}};
}

std::optional<ByteSpan> TurnSpans::content(std::size_t message) const {
  Json marked = messages_;
  if (!mark_content(marked.at(message))) return std::nullopt;
  std::string text = template_.render(marked, false, tools_);
  const auto begin = take_mark(text, kBegin);
  const auto end = take_mark(text, kEnd);
  if (!begin || !end || *end < *begin || text != rendered_.text) {
    refuse(message, "changes its content, which cannot be found in the text then");
  }
  return ByteSpan{*begin, *end};
}

void TurnSpans::refuse(std::size_t message, const std::string& why) const {
  throw InputError(fmt::format("what is learnt of messages[{}] cannot be told: the chat template {}", message, why),
                   kMarkHint);
}

}  // namespace llmops::text
