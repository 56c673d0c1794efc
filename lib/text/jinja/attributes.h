// a.b and a[b]: attributes, methods, keys and indexes.
#pragma once

#include <string>

#include "text/jinja/interpreter.h"

namespace llmops::text::jinja {

/// a.b: a method or attribute first, then a key. Undefined where there is none.
Value get_attribute(const Value& object, const std::string& name, Interpreter& interpreter);
/// A method or attribute; undefined when there is none, also for a key of that name.
Value own_attribute(const Value& object, const std::string& name);
/// a[b]: a key or index first, then an attribute.
Value get_item(const Value& object, const Value& index, Interpreter& interpreter);
/// a[b:c:d]; None where a part is absent.
Value get_slice(const Value& object, const Value& begin, const Value& end, const Value& step, Interpreter& interpreter);

}  // namespace llmops::text::jinja
