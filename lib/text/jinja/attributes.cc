// a.b and a[b]: attributes, methods, keys and indexes.
#include "text/jinja/attributes.h"

#include <fmt/format.h>

#include "text/jinja/failure.h"
#include "text/jinja/methods.h"
#include "text/jinja/number_methods.h"
#include "text/jinja/text_form.h"
#include "text/jinja/views.h"
#include "text/utf8.h"

namespace llmops::text::jinja {
namespace {

std::string describe(const Value& object) { return fmt::format("'{} object'", object.type_name()); }

}  // namespace

Value own_attribute(const Value& object, const std::string& name) {
  if (object.is_undefined()) throw TemplateFailure(object.text());
  if (object.kind() == Value::Kind::kObject) return object.object()->attribute(name);
  if (object.is_group() && (name == "grouper" || name == "list")) return object.items()[name == "list" ? 1 : 0];
  if (object.is_number()) return number_attribute(object, name);
  if (is_mutating(object, name)) {
    return Value::undefined(fmt::format("access to attribute '{}' of '{}' object is unsafe", name, object.type_name()));
  }
  const Method method = object.is_string() ? find_string_method(name) : find_container_method(object, name);
  if (method != nullptr) return bind_method(object, method, name);
  return Value::undefined(fmt::format("{} has no attribute '{}'", describe(object), name));
}

namespace {

bool is_own(const Value& object, const std::string& name) {
  return object.kind() == Value::Kind::kObject || object.is_number() || is_mutating(object, name) ||
         (object.is_string() ? find_string_method(name) : find_container_method(object, name)) != nullptr;
}

// Byte offset of each code point, and the end.
std::vector<std::size_t> character_offsets(const std::string& text) {
  std::vector<std::size_t> offsets;
  for (std::size_t at = 0; at < text.size(); at += utf8_step(text, at).length) offsets.push_back(at);
  offsets.push_back(text.size());
  return offsets;
}

Value character_at(const std::string& text, std::int64_t index, const Value& object, Interpreter& interpreter) {
  interpreter.limits.charge(1 + text.size() / 16);
  const auto offsets = character_offsets(text);
  const auto size = static_cast<std::int64_t>(offsets.size()) - 1;
  if (index < 0) index += size;
  if (index < 0 || index >= size)
    return Value::undefined(describe(object) + " has no element " + std::to_string(index));
  const auto at = static_cast<std::size_t>(index);
  std::string character = text.substr(offsets[at], offsets[at + 1] - offsets[at]);
  return object.is_markup() ? Value::markup(std::move(character)) : Value(std::move(character));
}

std::int64_t bound(const Value& value, std::int64_t fallback) {
  if (value.is_none()) return fallback;
  if (!value.is_integral()) throw TemplateFailure("slice indices must be integers or None");
  return value.integer();
}

struct Slice {
  std::int64_t first, last, stride;
};

// What a[begin:end:step] names, as Python's slice.indices() has it.
Slice slice_bounds(std::size_t length, const Value& begin, const Value& end, const Value& step) {
  const auto size = static_cast<std::int64_t>(length);
  const std::int64_t stride = bound(step, 1);
  if (stride == 0) throw TemplateFailure("slice step cannot be zero");
  const bool backwards = stride < 0;
  const auto clamp = [&](std::int64_t at) {
    if (at < 0) at = std::max<std::int64_t>(at + size, backwards ? -1 : 0);
    return std::min(at, backwards ? size - 1 : size);
  };
  const std::int64_t first = begin.is_none() ? (backwards ? size - 1 : 0) : clamp(bound(begin, 0));
  const std::int64_t last = end.is_none() ? (backwards ? -1 : size) : clamp(bound(end, 0));
  return {first, last, stride};
}

std::vector<std::size_t> slice_positions(const Slice& slice) {
  std::vector<std::size_t> positions;
  for (std::int64_t at = slice.first; slice.stride < 0 ? at > slice.last : at < slice.last;) {
    positions.push_back(static_cast<std::size_t>(at));
    if (__builtin_add_overflow(at, slice.stride, &at)) break;
  }
  return positions;
}

}  // namespace

Value get_attribute(const Value& object, const std::string& name, Interpreter& interpreter) {
  if (object.is_undefined()) throw TemplateFailure(object.text());
  if (is_own(object, name)) return own_attribute(object, name);
  if (object.is_dict()) {
    if (const Value* value = find(object.entries(), name)) return *value;
  }
  interpreter.limits.charge(1);
  return own_attribute(object, name);
}

Value get_item(const Value& object, const Value& index, Interpreter& interpreter) {
  if (object.is_undefined()) throw TemplateFailure(object.text());
  if (object.is_dict()) {
    if (const Value* value = find(object.entries(), index, interpreter.limits)) return *value;
  } else if (object.is_sequence() && index.is_integral()) {
    const auto size = static_cast<std::int64_t>(object.items().size());
    const std::int64_t at = index.integer() < 0 ? index.integer() + size : index.integer();
    if (at >= 0 && at < size) return object.items()[static_cast<std::size_t>(at)];
  } else if (object.is_string() && index.is_integral()) {
    return character_at(object.text(), index.integer(), object, interpreter);
  } else if (object.is_object() && !index.is_string()) {
    return object.object()->item(index, interpreter);
  }
  if (index.is_string()) return own_attribute(object, index.text());
  return Value::undefined(fmt::format("{} has no element {}", describe(object), repr(index, interpreter.limits)));
}

Value get_slice(const Value& object, const Value& begin, const Value& end, const Value& step,
                Interpreter& interpreter) {
  if (object.is_undefined()) throw TemplateFailure(object.text());
  if (object.is_string()) {
    interpreter.limits.charge_text(object.text().size());
    const auto offsets = character_offsets(object.text());
    std::string text;
    for (const std::size_t at : slice_positions(slice_bounds(offsets.size() - 1, begin, end, step))) {
      text.append(object.text(), offsets[at], offsets[at + 1] - offsets[at]);
    }
    return object.is_markup() ? Value::markup(std::move(text)) : Value(std::move(text));
  }
  if (object.is_object()) {
    if (const auto* range = dynamic_cast<const Range*>(object.object().get())) {
      const Slice slice = slice_bounds(range->size(), begin, end, step);
      std::int64_t stride = 0;
      if (__builtin_mul_overflow(slice.stride, range->step(), &stride)) throw TemplateFailure("a number is too large");
      return std::static_pointer_cast<Object>(
          std::make_shared<Range>(range->number(slice.first), range->number(slice.last), stride));
    }
  }
  if (object.is_dict()) throw TemplateFailure("unhashable type: 'slice'");
  if (!object.is_sequence()) throw TemplateFailure(fmt::format("'{}' object is not subscriptable", object.type_name()));
  Items items;
  for (const std::size_t at : slice_positions(slice_bounds(object.items().size(), begin, end, step)))
    items.push_back(object.items()[at]);
  interpreter.limits.charge(items.size());
  return object.kind() == Value::Kind::kTuple ? Value::tuple(std::move(items)) : Value::list(std::move(items));
}

}  // namespace llmops::text::jinja
