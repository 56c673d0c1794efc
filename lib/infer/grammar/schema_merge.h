// One schema that asks for all that two ask for: allOf, and what stands beside anyOf or $ref.
#pragma once

#include <string>

#include "core/json.h"

namespace llmops::infer::grammar {

/// @param pointer  of the schema that joins the two, for errors
/// @throws InputError  where that takes more than putting their keys together
Json merge_schemas(const Json& a, const Json& b, const std::string& pointer);

}  // namespace llmops::infer::grammar
