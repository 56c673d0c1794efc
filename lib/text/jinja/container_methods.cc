// Methods of dict and list; those that would change them are refused.
#include <algorithm>
#include <iterator>
#include <string_view>

#include "text/jinja/failure.h"
#include "text/jinja/methods.h"
#include "text/jinja/parameters.h"

namespace llmops::text::jinja {
namespace {

Value items_method(const Value& self, Arguments, Interpreter& interpreter) {
  Items items;
  for (const auto& [key, value] : self.entries()) items.push_back(Value::tuple({key, value}));
  interpreter.limits.charge(4 * items.size());
  return Value::list(std::move(items));
}

Value keys_method(const Value& self, Arguments, Interpreter& interpreter) {
  return Value::list(iterate(self, interpreter));
}

Value values_method(const Value& self, Arguments, Interpreter& interpreter) {
  Items items;
  for (const auto& entry : self.entries()) items.push_back(entry.second);
  interpreter.limits.charge(items.size());
  return Value::list(std::move(items));
}

Value get_method(const Value& self, Arguments arguments, Interpreter& interpreter) {
  const Parameters values("get", std::move(arguments), {"key", "default"}, 1);
  const Value* found = find(self.entries(), values[0], interpreter.limits);
  return found != nullptr ? *found : values[1];
}

Value copy_method(const Value& self, Arguments, Interpreter&) { return self; }

Value index_method(const Value& self, Arguments arguments, Interpreter& interpreter) {
  const Parameters values("index", std::move(arguments), {"value"}, 1);
  for (std::size_t i = 0; i < self.items().size(); ++i) {
    if (equal(self.items()[i], values[0], interpreter.limits)) return i;
  }
  throw TemplateFailure("the value is not in the list");
}

Value count_method(const Value& self, Arguments arguments, Interpreter& interpreter) {
  const Parameters values("count", std::move(arguments), {"value"}, 1);
  return static_cast<std::int64_t>(std::count_if(self.items().begin(), self.items().end(), [&](const Value& item) {
    return equal(item, values[0], interpreter.limits);
  }));
}

class BoundMethod : public Object {
 public:
  BoundMethod(Value self, Method method) : self_(std::move(self)), method_(method) {}
  const char* type_name() const override { return "builtin_function_or_method"; }
  bool callable() const override { return true; }
  int nesting() const override { return self_.nesting() + 1; }
  Value call(Interpreter& interpreter, Arguments arguments) override {
    return method_(self_, std::move(arguments), interpreter);
  }

 private:
  Value self_;
  Method method_;
};

bool among(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

Method find_container_method(const Value& self, const std::string& name) {
  if (self.is_dict()) {
    if (name == "items") return items_method;
    if (name == "keys") return keys_method;
    if (name == "values") return values_method;
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

Value bind_method(Value self, Method method) {
  return std::static_pointer_cast<Object>(std::make_shared<BoundMethod>(std::move(self), method));
}

}  // namespace llmops::text::jinja
