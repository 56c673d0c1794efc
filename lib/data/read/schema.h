// The schemas that data sets are commonly published in, told by the names of a row's fields.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "data/read/field_text.h"

namespace llmops::data {

/// kMessages is OpenAI's, kShareGpt's turns have "from" and "value"; kTemplate is the recipe's own.
enum class Schema { kText, kMessages, kShareGpt, kCompletion, kResponse, kAlpaca, kPair, kTemplate };

/// "text", "messages", "sharegpt", "prompt_completion", "prompt_response", "alpaca", "preference", "template".
const char* schema_name(Schema schema);
/// Which fields become what: "instruction, input -> user; output -> assistant".
const char* schema_fields(std::string_view name);

/// Of one row, so that files of mixed schemas are read whole. A row that shows no other is taken for kText.
Schema guess_schema(const Json& row);

/// @param record  with its id and fields; gets the texts
/// @param schema  any but kTemplate
std::variant<Record, Loss> map_schema(Schema schema, Json row, Record record, const FieldFilter& filter);

/// @param turns  a list of turns, each with OpenAI's names or ShareGPT's
std::variant<Record, Loss> map_messages(const Json& turns, Record record, const FieldFilter& filter);
std::variant<Record, Loss> map_text(const Json& row, const std::string& field, Record record,
                                    const FieldFilter& filter);

}  // namespace llmops::data
