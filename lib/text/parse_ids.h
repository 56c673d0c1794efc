// Token ids as people and scripts write them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "text/tokenizer.h"

namespace llmops::text {

/// Reads "[1, 2]", {"ids": [1, 2]} or numbers with white space or commas between.
/// @param origin  what errors call the text
/// @throws InputError  for anything else, and for numbers that no id can be
std::vector<TokenId> parse_ids(std::string_view text, const std::string& origin);

}  // namespace llmops::text
