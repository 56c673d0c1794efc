// Errors that the parts of tokenizer.json share.
#pragma once

#include <string>
#include <string_view>

#include "core/json.h"

namespace llmops::text {

/// Sequences of rules may nest this deep; the files of models nest once.
constexpr int kMaxRuleDepth = 32;

/// @param supported  known names, separated by ", "
/// @throws InputError  "tokenizer.json: normalizer type 'NFKX' is not supported", with the nearest known name
[[noreturn]] void throw_unsupported(const std::string& origin, const char* what, const std::string& type,
                                    const std::string& supported);

/// The list `key` of a Sequence. @throws InputError  when it is missing or no list, or `depth` is above kMaxRuleDepth
const Json& sequence_parts(const Json& rule, const char* key, int depth, const std::string& where);

}  // namespace llmops::text
