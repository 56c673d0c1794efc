// JSON of rows by the million.
#pragma once

#include <optional>
#include <string_view>

#include "core/json.h"

namespace llmops {

/// What parse_json() returns, several times as fast; nothing for text that is broken, nests deeper than `most_depth`,
/// holds numbers beyond 64 bits or half a surrogate pair, or is longer than 256 KiB: a slower reader knows what to make
/// of it, or what to say.
std::optional<Json> parse_json_fast(std::string_view text, int most_depth);

}  // namespace llmops
