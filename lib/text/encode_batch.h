// Many texts to tokens on several threads.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "text/tokenizer.h"

namespace llmops::text {

/// The tokens of each text, in the texts' order.
/// @param threads  0: all processors
/// @throws what encode() throws, that of the first text which fails; Interrupted
std::vector<std::vector<TokenId>> encode_batch(const Tokenizer& tokenizer, std::span<const std::string_view> texts,
                                               bool add_special, int threads);

}  // namespace llmops::text
