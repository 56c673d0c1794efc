// How expressions evaluate.
#include <fmt/format.h>

#include <algorithm>

#include "text/jinja/ast.h"
#include "text/jinja/attributes.h"
#include "text/jinja/failure.h"
#include "text/jinja/interpreter.h"
#include "text/jinja/operators.h"
#include "text/jinja/registry.h"

namespace llmops::text::jinja {

Expression::~Expression() = default;

Value Expression::evaluate(Interpreter& interpreter, Scope& scope) const {
  const DepthGuard guard(interpreter.limits);
  interpreter.limits.charge(1);
  interpreter.line = line;
  return compute(interpreter, scope);
}

Value Literal::compute(Interpreter&, Scope&) const { return value; }

Value Name::compute(Interpreter&, Scope& scope) const {
  const Value* value = scope.find(name);
  return value != nullptr ? *value : Value::undefined(fmt::format("'{}' is undefined", name));
}

Value Sequence::compute(Interpreter& interpreter, Scope& scope) const {
  Items values;
  for (const auto& item : items) values.push_back(item->evaluate(interpreter, scope));
  return tuple ? Value::tuple(std::move(values)) : Value::list(std::move(values));
}

Value Mapping::compute(Interpreter& interpreter, Scope& scope) const {
  Entries made;
  for (const auto& [key, value] : entries) {
    Value name = key->evaluate(interpreter, scope);
    Value item = value->evaluate(interpreter, scope);
    check_hashable(name);
    const auto known = std::find_if(made.begin(), made.end(),
                                    [&](const auto& entry) { return equal(entry.first, name, interpreter.limits); });
    if (known != made.end()) {
      known->second = std::move(item);
    } else {
      made.emplace_back(std::move(name), std::move(item));
    }
  }
  return Value::dict(std::move(made));
}

Value Attribute::compute(Interpreter& interpreter, Scope& scope) const {
  const Value value = object->evaluate(interpreter, scope);
  interpreter.line = line;
  return get_attribute(value, name, interpreter);
}

Value Subscript::compute(Interpreter& interpreter, Scope& scope) const {
  const Value value = object->evaluate(interpreter, scope);
  const Value at = index->evaluate(interpreter, scope);
  interpreter.line = line;
  return get_item(value, at, interpreter);
}

Value SliceOf::compute(Interpreter& interpreter, Scope& scope) const {
  const auto part = [&](const ExpressionPtr& node) {
    return node ? node->evaluate(interpreter, scope) : Value(nullptr);
  };
  const Value value = object->evaluate(interpreter, scope);
  const Value first = part(begin);
  const Value last = part(end);
  return get_slice(value, first, last, part(step), interpreter);
}

Value Call::compute(Interpreter& interpreter, Scope& scope) const {
  const Value function = callee->evaluate(interpreter, scope);
  Arguments values = evaluate_arguments(arguments, interpreter, scope);
  interpreter.line = line;
  return call_value(function, std::move(values), interpreter);
}

Value Filter::compute(Interpreter& interpreter, Scope& scope) const {
  const Value value = operand->evaluate(interpreter, scope);
  Arguments values = evaluate_arguments(arguments, interpreter, scope);
  interpreter.line = line;
  return apply_filter(name, value, std::move(values), interpreter);
}

Value Test::compute(Interpreter& interpreter, Scope& scope) const {
  const Value value = operand->evaluate(interpreter, scope);
  Arguments values = evaluate_arguments(arguments, interpreter, scope);
  interpreter.line = line;
  return apply_test(name, value, std::move(values), interpreter) != negated;
}

Value Unary::compute(Interpreter& interpreter, Scope& scope) const {
  const Value value = operand->evaluate(interpreter, scope);
  if (op == "not") return !value.truthy();
  if (value.is_undefined()) throw TemplateFailure(value.text());
  if (!value.is_number())
    throw TemplateFailure(fmt::format("bad operand type for unary {}: '{}'", op, value.type_name()));
  return arithmetic(op, Value(0), value, interpreter);
}

Value Binary::compute(Interpreter& interpreter, Scope& scope) const {
  Value first = left->evaluate(interpreter, scope);
  if (op == "and") return first.truthy() ? right->evaluate(interpreter, scope) : first;
  if (op == "or") return first.truthy() ? first : right->evaluate(interpreter, scope);
  const Value second = right->evaluate(interpreter, scope);
  interpreter.line = line;
  return arithmetic(op, first, second, interpreter);
}

Value Concat::compute(Interpreter& interpreter, Scope& scope) const {
  std::string text;
  for (const auto& part : parts) text += interpreter.text_of(part->evaluate(interpreter, scope));
  interpreter.limits.charge_text(text.size());
  return text;
}

Value Comparison::compute(Interpreter& interpreter, Scope& scope) const {
  Value left = first->evaluate(interpreter, scope);
  for (const auto& [op, operand] : rest) {
    Value right = operand->evaluate(interpreter, scope);
    if (!compare(op, left, right, interpreter)) return false;
    left = std::move(right);
  }
  return true;
}

Value Conditional::compute(Interpreter& interpreter, Scope& scope) const {
  if (condition->evaluate(interpreter, scope).truthy()) return then->evaluate(interpreter, scope);
  if (otherwise != nullptr) return otherwise->evaluate(interpreter, scope);
  return Value::undefined("the inline if-expression evaluated to false and no else section was defined");
}

}  // namespace llmops::text::jinja
