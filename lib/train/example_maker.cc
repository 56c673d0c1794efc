// Tokenizes records and marks what is learnt.
#include "train/example_maker.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"

namespace llmops::train {
namespace {

/// @throws InputError  for a begin token written twice, which no model has seen
void check_begin(const text::Tokenizer& tokenizer, const Example& example, const std::string& origin,
                 const char* hint) {
  const auto bos = tokenizer.bos_id();
  if (!bos || example.length() < 2 || example.tokens[0] != *bos || example.tokens[1] != *bos) return;
  throw InputError(fmt::format("{}: begins with two '{}' tokens", origin, tokenizer.id_to_token(*bos)), hint);
}

constexpr const char* kBeginHint = "the tokenizer writes it already; remove it from the text";

}  // namespace

Json ExampleCounts::json() const {
  return {{"records", records}, {"examples", examples},
          {"cut", cut},         {"dropped_unsupervised", unsupervised},
          {"tokens", tokens},   {"supervised_tokens", supervised_tokens},
          {"longest", longest}};
}

ExampleMaker::ExampleMaker(const text::Tokenizer& tokenizer, const text::ChatTemplate* chat_template,
                           ExampleOptions options)
    : tokenizer_(tokenizer), template_(chat_template), options_(options) {}

Example ExampleMaker::chat_example(const Conversation& conversation, const ChatData& data,
                                   const ChatMaskOptions& options, const std::string& origin) const {
  if (template_ == nullptr) {
    throw InputError(fmt::format("{}: chat data, but the model has no chat template", origin),
                     "take a model with a chat template, or records of the form {\"prompt\", \"completion\"}");
  }
  Example example;
  try {
    example = mask_conversation(*template_, tokenizer_, conversation, data, options);
  } catch (const InputError& error) {
    throw InputError(fmt::format("{}: {}", origin, error.what()), error.hint());
  }
  check_begin(tokenizer_, example, origin, "the template writes it already; remove it from the message");
  return example;
}

Example ExampleMaker::completion_example(const Completion& parts) const {
  const std::string text = parts.prompt + parts.completion;
  const auto tokens = tokenizer_.encode_with_spans(text, /*add_special=*/true);
  Example example;
  for (const text::TokenSpan& token : tokens) {
    // A token is learnt when it begins behind the prompt: one that straddles the border was begun by it. A
    // post-processor's BOS covers no bytes, and so may seem to begin there.
    const bool added = token.begin == token.end && tokenizer_.is_special(token.id);
    example.tokens.push_back(token.id);
    example.supervised.push_back(token.begin >= parts.prompt.size() && token.begin < text.size() && !added ? 1 : 0);
  }
  const auto eos = tokenizer_.eos_id();
  if (eos && (example.tokens.empty() || example.tokens.back() != *eos)) {
    example.tokens.push_back(*eos);
    example.supervised.push_back(1);
  }
  return example;
}

std::vector<Example> ExampleMaker::pieces(const Example& example) const {
  const auto size = static_cast<std::size_t>(options_.sequence_len);
  std::vector<Example> found;
  for (std::size_t begin = 0; begin < example.tokens.size(); begin += size) {
    const auto from = static_cast<std::ptrdiff_t>(begin);
    const auto to = static_cast<std::ptrdiff_t>(std::min(begin + size, example.tokens.size()));
    if (to - from == 1 && begin > 0) break;  // nothing predicts a last token that stands alone
    found.push_back({{example.tokens.begin() + from, example.tokens.begin() + to},
                     {example.supervised.begin() + from, example.supervised.begin() + to},
                     0});
  }
  return found;
}

std::vector<Example> ExampleMaker::examples_of(RecordForm form, const Record& record, const ChatData& chat) const {
  if (form == RecordForm::kChat || (form == RecordForm::kAlpaca && template_ != nullptr)) {
    return {chat_example(to_conversation(form, record, chat), chat, {0, options_.train_on_inputs}, record.origin)};
  }
  const Completion parts = to_completion(form, record);
  Example example = completion_example(parts);
  check_begin(tokenizer_, example, record.origin, kBeginHint);
  if (options_.train_on_inputs) std::fill(example.supervised.begin(), example.supervised.end(), std::uint8_t{1});
  return parts.prompt.empty() ? pieces(example) : std::vector<Example>{example};
}

std::vector<Example> ExampleMaker::make(RecordForm form, const Record& record, ExampleCounts& counts,
                                        const ChatData& chat) const {
  ++counts.records;
  std::vector<Example> kept;
  for (Example& example : examples_of(form, record, chat)) {
    if (!cut(example, counts)) continue;
    ++counts.examples;
    counts.tokens += example.length();
    counts.supervised_tokens += example.supervised_tokens;
    kept.push_back(std::move(example));
  }
  return kept;
}

Example ExampleMaker::make_answer(const Answer& answer, const std::string& origin) const {
  if (const auto* chat = std::get_if<ChatAnswer>(&answer)) {
    return chat_example(chat->conversation, {}, {.first_message = chat->prompt_messages}, origin);
  }
  Example example = completion_example(std::get<Completion>(answer));
  check_begin(tokenizer_, example, origin, kBeginHint);
  return example;
}

bool ExampleMaker::cut(Example& example, ExampleCounts& counts) const {
  counts.longest = std::max(counts.longest, example.length());
  if (example.length() > options_.sequence_len) {
    ++counts.cut;
    example.tokens.resize(static_cast<std::size_t>(options_.sequence_len));
    example.supervised.resize(example.tokens.size());
  }
  if (!example.supervised.empty()) example.supervised[0] = 0;
  example.supervised_tokens = std::count(example.supervised.begin(), example.supervised.end(), 1);
  if (example.supervised_tokens == 0) ++counts.unsupervised;
  return example.supervised_tokens > 0;
}

}  // namespace llmops::train
