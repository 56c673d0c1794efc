// Tests: `x is name(...)`.
#include <fmt/format.h>

#include "text/jinja/failure.h"
#include "text/jinja/operators.h"
#include "text/jinja/parameters.h"
#include "text/jinja/registry.h"
#include "text/unicode.h"
#include "text/utf8.h"

namespace llmops::text::jinja {
namespace {

using Kind = Value::Kind;

template <Kind kind>
bool is_kind(const Value& value, Arguments, Interpreter&) {
  return value.kind() == kind;
}

std::int64_t integer_of(const Value& value) {
  if (value.is_undefined()) throw TemplateFailure(value.text());
  if (!value.is_integral()) throw TemplateFailure(fmt::format("an int is needed, not {}", value.type_name()));
  return value.integer();
}

bool is_divisible(const Value& value, Arguments arguments, Interpreter&) {
  const Parameters values("divisibleby", std::move(arguments), {"num"}, 1);
  const std::int64_t divisor = values.integer(0, 1);
  if (divisor == 0) throw TemplateFailure("division by zero");
  return divisor == -1 || integer_of(value) % divisor == 0;
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
  return value.kind() == values[0].kind() && equal(value, values[0], interpreter.limits);
}

bool has_length(const Value& value) {
  return value.is_string() || value.is_sequence() || value.is_dict() || value.is_undefined();
}

bool all_cased(const Value& value, bool (*wanted)(char32_t), bool (*unwanted)(char32_t)) {
  if (!value.is_string()) return false;
  bool any = false;
  for (std::size_t at = 0; at < value.text().size();) {
    const Utf8Step step = utf8_step(value.text(), at);
    if (unwanted(step.code_point)) return false;
    any = any || wanted(step.code_point);
    at += step.length;
  }
  return any;
}

constexpr std::pair<const char*, TestFunction> kTests[] = {
    {"defined", [](const Value& v, Arguments, Interpreter&) { return !v.is_undefined(); }},
    {"undefined", is_kind<Kind::kUndefined>},
    {"none", is_kind<Kind::kNone>},
    {"string", is_kind<Kind::kString>},
    {"mapping", is_kind<Kind::kDict>},
    {"boolean", is_kind<Kind::kBool>},
    {"integer", is_kind<Kind::kInt>},
    {"float", is_kind<Kind::kFloat>},
    {"number", [](const Value& v, Arguments, Interpreter&) { return v.is_number(); }},
    {"true", [](const Value& v, Arguments, Interpreter&) { return v.kind() == Kind::kBool && v.truthy(); }},
    {"false", [](const Value& v, Arguments, Interpreter&) { return v.kind() == Kind::kBool && !v.truthy(); }},
    {"sequence", [](const Value& v, Arguments, Interpreter&) { return has_length(v); }},
    {"iterable", [](const Value& v, Arguments, Interpreter&) { return has_length(v); }},
    {"callable",
     [](const Value& v, Arguments, Interpreter&) { return v.kind() == Kind::kObject && v.object()->callable(); }},
    {"odd", [](const Value& v, Arguments, Interpreter&) { return integer_of(v) % 2 != 0; }},
    {"even", [](const Value& v, Arguments, Interpreter&) { return integer_of(v) % 2 == 0; }},
    {"lower", [](const Value& v, Arguments, Interpreter&) { return all_cased(v, is_lower, is_upper); }},
    {"upper", [](const Value& v, Arguments, Interpreter&) { return all_cased(v, is_upper, is_lower); }},
    {"escaped", [](const Value&, Arguments, Interpreter&) { return false; }},
    {"filter",
     [](const Value& v, Arguments, Interpreter&) { return v.is_string() && find_filter(v.text()) != nullptr; }},
    {"test", [](const Value& v, Arguments, Interpreter&) { return v.is_string() && find_test(v.text()) != nullptr; }},
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
