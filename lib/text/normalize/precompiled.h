// The Precompiled normalizer of tokenizer.json: SentencePiece's rules, applied to one grapheme at a time.
#pragma once

#include <memory>
#include <string>

#include "text/normalize/normalizer.h"

namespace llmops::text {

/// @param charsmap  bytes, not base64
std::unique_ptr<Normalizer> make_precompiled(std::string_view charsmap, const std::string& origin);

}  // namespace llmops::text
