// Methods of dict and list; those that would change them are refused.
#include <algorithm>
#include <iterator>
#include <string_view>

#include "text/jinja/failure.h"
#include "text/jinja/methods.h"
#include "text/jinja/operators.h"
#include "text/jinja/parameters.h"
#include "text/jinja/views.h"

namespace llmops::text::jinja {
namespace {

template <DictPart part>
Value view_method(const Value& self, Arguments arguments, Interpreter&) {
  no_arguments("dict method", arguments);
  return make_view(self, part);
}

Value get_method(const Value& self, Arguments arguments, Interpreter& interpreter) {
  const Parameters values("get", positional_only("get", std::move(arguments)), {"key", "default"}, 1);
  const Value* found = find(self.entries(), values[0], interpreter.limits);
  return found != nullptr ? *found : values[1];
}

Value copy_method(const Value& self, Arguments arguments, Interpreter&) {
  no_arguments("copy", arguments);
  return self;
}

Value index_method(const Value& self, Arguments arguments, Interpreter& interpreter) {
  const Parameters values("index", positional_only("index", std::move(arguments)), {"value", "start", "stop"}, 1);
  const auto size = static_cast<std::int64_t>(self.items().size());
  const auto bound = [size](std::int64_t at) { return std::clamp<std::int64_t>(at < 0 ? at + size : at, 0, size); };
  const std::int64_t end = bound(values.integer(2, size));
  for (std::int64_t i = bound(values.integer(1, 0)); i < end; ++i) {
    if (equal(self.items()[static_cast<std::size_t>(i)], values[0], interpreter.limits)) return i;
  }
  throw TemplateFailure("the value is not in the list");
}

Value count_method(const Value& self, Arguments arguments, Interpreter& interpreter) {
  const Parameters values("count", positional_only("count", std::move(arguments)), {"value"}, 1);
  return static_cast<std::int64_t>(std::count_if(self.items().begin(), self.items().end(), [&](const Value& item) {
    return equal(item, values[0], interpreter.limits);
  }));
}

/// What a method makes of a safe text is safe: texts themselves, and those of a list.
Value as_markup(const Value& value) {
  if (value.is_string()) return Value::markup(value.text());
  if (!value.is_sequence()) return value;
  Items items;
  for (const Value& item : value.items()) items.push_back(as_markup(item));
  return value.kind() == Value::Kind::kTuple ? Value::tuple(std::move(items)) : Value::list(std::move(items));
}

/// What is put into a safe text is escaped: the new text of replace, the parts of join, the fill of a padding.
Value call_markup(const Value& self, Method method, const std::string& name, Arguments arguments,
                  Interpreter& interpreter) {
  auto& given = arguments.positional;
  if (name == "join" && given.size() == 1) {
    Items parts;
    for (const Value& part : iterate(given[0], interpreter)) parts.push_back(escaped(part, interpreter));
    given[0] = Value::list(std::move(parts));
  }
  const bool inserts = name == "replace" || name == "ljust" || name == "rjust" || name == "center";
  if (inserts && given.size() > 1 && given[1].is_string()) given[1] = escaped(given[1], interpreter);
  return as_markup(method(self, std::move(arguments), interpreter));
}

class BoundMethod : public Object {
 public:
  BoundMethod(Value self, Method method, std::string name)
      : self_(std::move(self)), method_(method), name_(std::move(name)) {}
  const char* type_name() const override { return "builtin_function_or_method"; }
  bool callable() const override { return true; }
  int nesting() const override { return self_.nesting() + 1; }
  Value call(Interpreter& interpreter, Arguments arguments) override {
    if (self_.is_markup()) return call_markup(self_, method_, name_, std::move(arguments), interpreter);
    return method_(self_, std::move(arguments), interpreter);
  }

 private:
  Value self_;
  Method method_;
  std::string name_;
};

bool among(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

Method find_container_method(const Value& self, const std::string& name) {
  if (self.is_dict()) {
    if (name == "items") return view_method<DictPart::kItems>;
    if (name == "keys") return view_method<DictPart::kKeys>;
    if (name == "values") return view_method<DictPart::kValues>;
    if (name == "get") return get_method;
    if (name == "copy") return copy_method;
  }
  if (self.is_sequence()) {
    if (name == "index") return index_method;
    if (name == "count") return count_method;
    if (name == "copy" && self.kind() == Value::Kind::kList) return copy_method;
  }
  return nullptr;
}

bool is_mutating(const Value& self, const std::string& name) {
  if (self.is_dict()) return among(name, {"clear", "pop", "popitem", "setdefault", "update"});
  if (self.kind() != Value::Kind::kList) return false;
  return among(name, {"append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort"});
}

Value bind_method(Value self, Method method, const std::string& name) {
  return std::static_pointer_cast<Object>(std::make_shared<BoundMethod>(std::move(self), method, name));
}

}  // namespace llmops::text::jinja
