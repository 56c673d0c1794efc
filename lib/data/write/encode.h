// Records to tokens and loss masks, as the model that will learn them sees them.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "data/record.h"
#include "text/chat_template.h"
#include "text/tokenizer.h"

namespace llmops::data {

struct EncodedRecord {
  std::vector<text::TokenId> tokens;
  std::vector<std::uint8_t> supervised;  ///< 1 where the loss counts, one a token
};

/// Immutable; safe to share between threads.
class RecordEncoder {
 public:
  /// @param model_dir  folder with a tokenizer and, for conversations, a chat template
  explicit RecordEncoder(const std::filesystem::path& model_dir);

  /// A conversation goes through the chat template, and only what the assistant says (with the end of its turn) is
  /// supervised. Plain text ends with the end token, and all of it is supervised.
  /// @throws InputError  for a conversation where the model has no chat template, or one that its template refuses
  EncodedRecord encode(const Record& record) const;

  std::string fingerprint() const { return tokenizer_->fingerprint(); }

 private:
  EncodedRecord encode_conversation(const Record& record) const;

  std::unique_ptr<text::Tokenizer> tokenizer_;
  std::unique_ptr<text::ChatTemplate> template_;
};

}  // namespace llmops::data
