// The "pattern" field of tokenizer.json's rules: {"String": ...} or {"Regex": ...}.
#pragma once

#include <string>

#include "core/json.h"
#include "text/regex.h"

namespace llmops::text {

/// @throws InputError  when rule["pattern"] is neither, or does not compile
Regex read_pattern(const Json& rule, const std::string& origin);

}  // namespace llmops::text
