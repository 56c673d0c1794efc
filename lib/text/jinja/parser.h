// Tokens to the tree of a template.
#pragma once

#include <string_view>

#include "text/jinja/ast.h"

namespace llmops::text::jinja {

struct ParsedTemplate {
  Block body;
  bool has_generation = false;
};

/// @throws TemplateFailure  with the line
ParsedTemplate parse_template(std::string_view source);

}  // namespace llmops::text::jinja
