// The special tokens of a GGUF vocabulary, and which of them ends a turn.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/gguf.h"

namespace llmops::model {

/// Token kinds of `tokenizer.ggml.token_type`.
enum class GgufTokenKind : int { kNormal = 1, kUnknown = 2, kControl = 3, kUserDefined = 4, kUnused = 5, kByte = 6 };

struct GgufSpecialTokens {
  std::optional<int> bos, end, unknown, padding;
  std::vector<int> stop_ids;  ///< `end` first, then other ids that the file calls an end
  bool add_bos = false;       ///< prepended when a text is encoded with special tokens
  bool add_eos = false;
};

/// The end token is the one that ends a turn where the chat template ends turns with it: many chat models keep their
/// base model's end of text as `eos_token_id`, and a chat that waits for it never stops.
/// @throws InputError  for ids outside the vocabulary
GgufSpecialTokens gguf_special_tokens(const Gguf& gguf);

/// @throws InputError  when missing, or empty
std::vector<std::string> gguf_tokens(const Gguf& gguf);
/// One kind a token; all normal where the file does not say. @throws InputError  when the counts differ
std::vector<GgufTokenKind> gguf_token_kinds(const Gguf& gguf, std::size_t tokens);

}  // namespace llmops::model
