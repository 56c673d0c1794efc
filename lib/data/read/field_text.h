// The text of one field of a row.
#pragma once

#include <functional>
#include <string>
#include <variant>

#include "data/record.h"

namespace llmops::data {

/// What is done to each field's text before it enters a record (cleaning, redaction).
using FieldFilter = std::function<std::string(const std::string&)>;

using MaybeText = std::variant<std::string, Loss>;

/// Numbers and booleans are text as JSON writes them; a list, an object or null is not.
MaybeText text_of(const Json& row, const std::string& field);

/// The text after the filter; a loss where nothing is left of it.
MaybeText filtered_text(const Json& row, const std::string& field, const FieldFilter& filter);

/// Without blanks and line ends on either side.
std::string trimmed(const std::string& text);

}  // namespace llmops::data
