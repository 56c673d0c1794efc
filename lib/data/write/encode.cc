// Tokens of one record, and which of them are learned.
#include "data/write/encode.h"

#include <algorithm>

#include "core/error.h"

namespace llmops::data {

RecordEncoder::RecordEncoder(const std::filesystem::path& model_dir)
    : tokenizer_(text::load_tokenizer(model_dir)),
      template_(std::filesystem::is_directory(model_dir) ? text::load_chat_template(model_dir) : nullptr) {}

EncodedRecord RecordEncoder::encode(const Record& record) const {
  if (!record.messages.empty()) return encode_conversation(record);
  EncodedRecord encoded;
  encoded.tokens = tokenizer_->encode(record.text, false);
  if (const auto end = tokenizer_->eos_id()) encoded.tokens.push_back(*end);
  encoded.supervised.assign(encoded.tokens.size(), 1);
  return encoded;
}

EncodedRecord RecordEncoder::encode_conversation(const Record& record) const {
  if (template_ == nullptr) {
    throw InputError("the tokenizer has no chat template, which conversations need",
                     "name the folder of a chat model in 'pack.tokenizer', or leave it out");
  }
  const text::ChatTemplate::Rendered rendered = template_->render_for_training(record.turns());
  EncodedRecord encoded;
  for (const text::TokenSpan& token : tokenizer_->encode_with_spans(rendered.text, false)) {
    encoded.tokens.push_back(token.id);
    const bool learned =
        std::any_of(rendered.assistant_spans.begin(), rendered.assistant_spans.end(),
                    [&](const auto& span) { return token.begin < span.second && token.end > span.first; });
    encoded.supervised.push_back(learned ? 1 : 0);
  }
  return encoded;
}

}  // namespace llmops::data
