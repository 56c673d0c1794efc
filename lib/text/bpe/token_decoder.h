// Decoders of tokenizer.json: what a token stands for in the text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/json.h"

namespace llmops::text {

struct TokenDecoder {
  bool byte_level = false;     ///< GPT-2's alphabet
  bool byte_fallback = false;  ///< "<0x0A>" is a byte
  std::vector<std::pair<std::string, std::string>> replacements;
  std::size_t strip_spaces = 0;  ///< at most so many spaces at the start of a text

  std::string bytes_of(std::string_view token) const;
};

/// ByteLevel, Replace (of a string), ByteFallback, Fuse, Strip (at the start, after Fuse), Metaspace, Sequence.
/// @throws InputError  for another type, or a wrong field
TokenDecoder make_token_decoder(const Json& rule, const std::string& origin);

/// 10 for "<0x0A>", -1 for a token that is no byte.
int byte_of_token(std::string_view token);

}  // namespace llmops::text
