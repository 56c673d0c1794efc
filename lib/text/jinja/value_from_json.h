// JSON to the values of a template.
#pragma once

#include "core/json.h"
#include "text/jinja/value.h"

namespace llmops::text::jinja {

Value value_from_json(const Json& json);

}  // namespace llmops::text::jinja
