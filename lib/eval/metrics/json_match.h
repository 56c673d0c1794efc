// Comparing an answer with a reference as JSON values.
#pragma once

#include <string_view>

namespace llmops::eval {

/// The whole text, white space around it aside, is one JSON value.
bool json_valid(std::string_view output);

/// Equal as values: order of keys and white space do not count, 1 equals 1.0.
bool json_exact(std::string_view output, std::string_view reference);

/// Share of the reference's top-level fields that the output has with an equal value, 0 to 1. For a reference that is
/// not an object, or has no fields, json_exact.
double json_fields(std::string_view output, std::string_view reference);

}  // namespace llmops::eval
