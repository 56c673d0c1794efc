// Tests: `x is name(...)`.
#include <fmt/format.h>

#include "text/jinja/failure.h"
#include "text/jinja/operators.h"
#include "text/jinja/parameters.h"
#include "text/jinja/registry.h"
#include "text/jinja/text_tools.h"
#include "text/jinja/views.h"
#include "text/unicode.h"

namespace llmops::text::jinja {
namespace {

using Kind = Value::Kind;

/// A test that looks at the value alone.
template <bool (*holds)(const Value&)>
bool is_so(const Value& value, Arguments arguments, Interpreter&) {
  no_arguments("the test", arguments);
  return holds(value);
}

template <Kind kind>
bool has_kind(const Value& value) {
  return value.kind() == kind;
}

/// value % divisor == rest
bool leaves(const Value& value, const Value& divisor, int rest, Interpreter& interpreter) {
  return equal(arithmetic("%", value, divisor, interpreter), rest, interpreter.limits);
}

template <int rest>
bool is_parity(const Value& value, Arguments arguments, Interpreter& interpreter) {
  no_arguments("the test", arguments);
  return leaves(value, 2, rest, interpreter);
}

bool is_divisible(const Value& value, Arguments arguments, Interpreter& interpreter) {
  const Parameters values("divisibleby", std::move(arguments), {"num"}, 1);
  return leaves(value, values[0], 0, interpreter);
}

template <const char* op>
bool is_compared(const Value& value, Arguments arguments, Interpreter& interpreter) {
  const Parameters values(op, std::move(arguments), {"other"}, 1);
  return compare(op, value, values[0], interpreter);
}
constexpr char kEqual[] = "==", kNotEqual[] = "!=", kLess[] = "<", kGreater[] = ">",
               kAtMost[] = "<=", kAtLeast[] = ">=", kIn[] = "in";

bool is_same(const Value& value, Arguments arguments, Interpreter& interpreter) {
  const Parameters values("sameas", std::move(arguments), {"other"}, 1);
  return same(value, values[0], interpreter.limits);
}

/// Can be indexed and has a length.
bool is_sequence(const Value& value) {
  if (value.is_object()) return dynamic_cast<const Range*>(value.object().get()) != nullptr;
  return value.is_string() || value.is_sequence() || value.is_dict() || value.is_undefined();
}

bool is_iterable(const Value& value) { return value.is_object() ? value.object()->iterable() : is_sequence(value); }

bool is_callable(const Value& value) {
  return value.is_undefined() || (value.is_object() && value.object()->callable());
}

template <bool (*wanted)(char32_t), bool (*unwanted)(char32_t)>
bool is_cased(const Value& value, Arguments arguments, Interpreter& interpreter) {
  no_arguments("the test", arguments);
  return all_cased(interpreter.text_of(value), wanted, unwanted);
}

bool is_filter(const Value& v) { return v.is_string() && find_filter(v.text()) != nullptr; }
bool is_test(const Value& v) { return v.is_string() && find_test(v.text()) != nullptr; }
bool is_defined(const Value& v) { return !v.is_undefined(); }
bool is_number(const Value& v) { return v.is_number(); }
bool is_true(const Value& v) { return v.kind() == Kind::kBool && v.truthy(); }
bool is_false(const Value& v) { return v.kind() == Kind::kBool && !v.truthy(); }
bool is_escaped(const Value& v) { return v.is_markup(); }

constexpr std::pair<const char*, TestFunction> kTests[] = {
    {"defined", is_so<is_defined>},
    {"undefined", is_so<has_kind<Kind::kUndefined>>},
    {"none", is_so<has_kind<Kind::kNone>>},
    {"string", is_so<has_kind<Kind::kString>>},
    {"mapping", is_so<has_kind<Kind::kDict>>},
    {"boolean", is_so<has_kind<Kind::kBool>>},
    {"integer", is_so<has_kind<Kind::kInt>>},
    {"float", is_so<has_kind<Kind::kFloat>>},
    {"number", is_so<is_number>},
    {"true", is_so<is_true>},
    {"false", is_so<is_false>},
    {"sequence", is_so<is_sequence>},
    {"iterable", is_so<is_iterable>},
    {"callable", is_so<is_callable>},
    {"odd", is_parity<1>},
    {"even", is_parity<0>},
    {"lower", is_cased<is_lower, is_upper>},
    {"upper", is_cased<is_upper, is_lower>},
    {"escaped", is_so<is_escaped>},
    {"filter", is_so<is_filter>},
    {"test", is_so<is_test>},
    {"divisibleby", is_divisible},
    {"sameas", is_same},
    {"eq", is_compared<kEqual>},
    {"equalto", is_compared<kEqual>},
    {"==", is_compared<kEqual>},
    {"ne", is_compared<kNotEqual>},
    {"!=", is_compared<kNotEqual>},
    {"lt", is_compared<kLess>},
    {"lessthan", is_compared<kLess>},
    {"<", is_compared<kLess>},
    {"gt", is_compared<kGreater>},
    {"greaterthan", is_compared<kGreater>},
    {">", is_compared<kGreater>},
    {"le", is_compared<kAtMost>},
    {"<=", is_compared<kAtMost>},
    {"ge", is_compared<kAtLeast>},
    {">=", is_compared<kAtLeast>},
    {"in", is_compared<kIn>},
};

}  // namespace

TestFunction find_test(const std::string& name) {
  for (const auto& [known, function] : kTests) {
    if (name == known) return function;
  }
  return nullptr;
}

bool apply_test(const std::string& name, const Value& operand, Arguments arguments, Interpreter& interpreter) {
  const TestFunction function = find_test(name);
  if (function == nullptr) throw TemplateFailure(fmt::format("No test named '{}'.", name));
  return function(operand, std::move(arguments), interpreter);
}

}  // namespace llmops::text::jinja
