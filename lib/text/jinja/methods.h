// Methods of strings, lists and dicts.
#pragma once

#include <string>

#include "text/jinja/interpreter.h"

namespace llmops::text::jinja {

using Method = Value (*)(const Value& self, Arguments arguments, Interpreter& interpreter);

/// Null where the type has no such method.
Method find_string_method(const std::string& name);
Method find_container_method(const Value& self, const std::string& name);
/// True for methods that change their object, which the sandbox forbids.
bool is_mutating(const Value& self, const std::string& name);

/// The method as a value that can be called.
Value bind_method(Value self, Method method, const std::string& name);

}  // namespace llmops::text::jinja
