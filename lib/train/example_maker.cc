// Tokenizes records and marks what is learnt.
#include "train/example_maker.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"

namespace llmops::train {
namespace {

using Spans = std::vector<std::pair<std::size_t, std::size_t>>;

/// A token is learnt when it begins inside a span: one that straddles the border was begun by the prompt.
std::vector<std::uint8_t> mask_of(const std::vector<text::TokenSpan>& tokens, const Spans& spans) {
  std::vector<std::uint8_t> mask;
  mask.reserve(tokens.size());
  for (const text::TokenSpan& token : tokens) {
    const bool inside = std::any_of(spans.begin(), spans.end(), [&](const auto& span) {
      return token.begin >= span.first && token.begin < span.second;
    });
    mask.push_back(inside ? 1 : 0);
  }
  return mask;
}

std::vector<std::int32_t> ids_of(const std::vector<text::TokenSpan>& tokens) {
  std::vector<std::int32_t> ids;
  ids.reserve(tokens.size());
  for (const text::TokenSpan& token : tokens) ids.push_back(token.id);
  return ids;
}

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

Example ExampleMaker::chat_example(const ChatAnswer& chat, const std::string& origin) const {
  if (template_ == nullptr) {
    throw InputError(fmt::format("{}: chat data, but the model has no chat template", origin),
                     "take a model with a chat template, or records of the form {\"prompt\", \"completion\"}");
  }
  text::ChatTemplate::Rendered rendered;
  try {
    rendered = template_->render_for_training(chat.conversation.messages, chat.conversation.tools);
  } catch (const InputError& error) {
    throw InputError(fmt::format("{}: {}", origin, error.what()), error.hint());
  }
  auto& spans = rendered.assistant_spans;
  const std::size_t earlier = std::min(chat.earlier_answers(), spans.size());
  spans.erase(spans.begin(), spans.begin() + static_cast<std::ptrdiff_t>(earlier));
  const auto tokens = tokenizer_.encode_with_spans(rendered.text, /*add_special=*/false);
  Example example{ids_of(tokens), mask_of(tokens, spans), 0};
  check_begin(tokenizer_, example, origin, "the template writes it already; remove it from the message");
  return example;
}

Example ExampleMaker::completion_example(const Completion& parts) const {
  const std::string text = parts.prompt + parts.completion;
  const auto tokens = tokenizer_.encode_with_spans(text, /*add_special=*/true);
  Example example{ids_of(tokens), mask_of(tokens, {{parts.prompt.size(), text.size()}}), 0};
  // A post-processor's BOS covers no bytes and so may seem to begin inside the span.
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].begin == tokens[i].end && tokenizer_.is_special(tokens[i].id)) example.supervised[i] = 0;
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

std::vector<Example> ExampleMaker::examples_of(RecordForm form, const Record& record) const {
  if (form == RecordForm::kChat || (form == RecordForm::kAlpaca && template_ != nullptr)) {
    return {chat_example({to_conversation(form, record), 0}, record.origin)};
  }
  const Completion parts = to_completion(form, record);
  const Example example = completion_example(parts);
  check_begin(tokenizer_, example, record.origin, kBeginHint);
  return parts.prompt.empty() ? pieces(example) : std::vector<Example>{example};
}

std::vector<Example> ExampleMaker::make(RecordForm form, const Record& record, ExampleCounts& counts) const {
  ++counts.records;
  std::vector<Example> kept;
  for (Example& example : examples_of(form, record)) {
    if (options_.train_on_inputs) std::fill(example.supervised.begin(), example.supervised.end(), std::uint8_t{1});
    if (!cut(example, counts)) continue;
    ++counts.examples;
    counts.tokens += example.length();
    counts.supervised_tokens += example.supervised_tokens;
    kept.push_back(std::move(example));
  }
  return kept;
}

Example ExampleMaker::make_answer(const Answer& answer, const std::string& origin) const {
  if (const auto* chat = std::get_if<ChatAnswer>(&answer)) return chat_example(*chat, origin);
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
