// The tables of str's methods.
#pragma once

#include "text/jinja/methods.h"

namespace llmops::text::jinja {

/// Methods that change letters or widths, or ask what a text is made of. Null for another name.
Method find_shape_method(const std::string& name);

Value translate_method(const Value& self, Arguments arguments, Interpreter& interpreter);
Value maketrans_method(const Value& self, Arguments arguments, Interpreter& interpreter);

}  // namespace llmops::text::jinja
