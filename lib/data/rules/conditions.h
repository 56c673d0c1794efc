// A field of a row, and whether a condition holds for it.
#pragma once

#include <string_view>

#include "core/json.h"
#include "data/rules/custom_rules.h"

namespace llmops::data {

/// The value at a dotted path: a key with full stops is tried whole first, numbers count a list's elements from 0.
/// Null where there is none.
const Json* find_field(const Json& row, std::string_view path);

/// Any operator but kMatches. @param found  null where the field is missing
bool holds(const Json* found, Operator op, const Json& value);

}  // namespace llmops::data
