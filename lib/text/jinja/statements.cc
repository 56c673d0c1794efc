// How statements run.
#include <fmt/format.h>

#include "text/jinja/ast.h"
#include "text/jinja/failure.h"
#include "text/jinja/interpreter.h"
#include "text/jinja/loop.h"
#include "text/jinja/macro.h"
#include "text/jinja/registry.h"

namespace llmops::text::jinja {
namespace {

// A filter chain over the text of a block.
Value filter_text(const Filter& filter, const std::string& text, Interpreter& interpreter, Scope& scope) {
  const DepthGuard guard(interpreter.limits);
  const auto* inner = static_cast<const Filter*>(filter.operand.get());
  const Value operand = inner == nullptr ? Value(text) : filter_text(*inner, text, interpreter, scope);
  return apply_filter(filter.name, operand, evaluate_arguments(filter.arguments, interpreter, scope), interpreter);
}

}  // namespace

Statement::~Statement() = default;

Statement::Flow Statement::execute(Interpreter& interpreter, Scope& scope) const {
  const DepthGuard guard(interpreter.limits);
  interpreter.limits.charge(1);
  interpreter.line = line;
  return run(interpreter, scope);
}

Statement::Flow Text::run(Interpreter& interpreter, Scope&) const {
  interpreter.write(text);
  return Flow::kNext;
}

Statement::Flow Print::run(Interpreter& interpreter, Scope& scope) const {
  interpreter.write(interpreter.text_of(value->evaluate(interpreter, scope)));
  return Flow::kNext;
}

Statement::Flow If::run(Interpreter& interpreter, Scope& scope) const {
  for (const auto& [condition, body] : branches) {
    if (condition->evaluate(interpreter, scope).truthy()) return interpreter.execute(body, scope);
  }
  return interpreter.execute(otherwise, scope);
}

Items For::items_of(const Value& over, Interpreter& interpreter, Scope& scope) const {
  Items items = iterate(over, interpreter);
  if (condition == nullptr) return items;
  Items kept;
  for (Value& item : items) {
    Scope inner(&scope);
    assign(target, item, interpreter, inner);
    if (condition->evaluate(interpreter, inner).truthy()) kept.push_back(std::move(item));
  }
  return kept;
}

Statement::Flow For::run(Interpreter& interpreter, Scope& scope) const {
  Items items = items_of(iterable->evaluate(interpreter, scope), interpreter, scope);
  auto loop = std::make_shared<Loop>(*this, scope, std::move(items), 0);
  interpreter.keep(loop);
  return loop->run(interpreter);
}

Statement::Flow Set::run(Interpreter& interpreter, Scope& scope) const {
  assign(target, value->evaluate(interpreter, scope), interpreter, scope);
  return Flow::kNext;
}

Statement::Flow SetBlock::run(Interpreter& interpreter, Scope& scope) const {
  Scope& inner = interpreter.keep_scope(&scope);
  Flow flow = Flow::kNext;
  std::string text = interpreter.capture(body, inner, &flow);
  if (flow != Flow::kNext) return flow;
  Value value = filter != nullptr ? filter_text(*filter, text, interpreter, inner) : Value(std::move(text));
  assign(target, value, interpreter, scope);
  return Flow::kNext;
}

Statement::Flow FilterBlock::run(Interpreter& interpreter, Scope& scope) const {
  Scope& inner = interpreter.keep_scope(&scope);
  Flow flow = Flow::kNext;
  const std::string text = interpreter.capture(body, inner, &flow);
  if (flow != Flow::kNext) return flow;  // what was written goes nowhere
  const Value value = filter_text(*filter, text, interpreter, inner);
  if (!value.is_string()) throw TemplateFailure(fmt::format("expected str instance, {} found", value.type_name()));
  interpreter.write(value.text());
  return flow;
}

Statement::Flow MacroDefinition::run(Interpreter&, Scope& scope) const {
  scope.set(name, std::static_pointer_cast<Object>(std::make_shared<Macro>(*this, scope)));
  return Flow::kNext;
}

Statement::Flow CallBlock::run(Interpreter& interpreter, Scope& scope) const {
  const Value callee = call->callee->evaluate(interpreter, scope);
  Arguments arguments = evaluate_arguments(call->arguments, interpreter, scope);
  arguments.named.emplace_back("caller", std::static_pointer_cast<Object>(std::make_shared<Macro>(caller, scope)));
  const Value text = call_value(callee, std::move(arguments), interpreter);
  if (!text.is_string()) throw TemplateFailure(fmt::format("expected str instance, {} found", text.type_name()));
  interpreter.write(text.text());
  return Flow::kNext;
}

Statement::Flow With::run(Interpreter& interpreter, Scope& scope) const {
  Scope& inner = interpreter.keep_scope(&scope);
  for (const auto& [target, value] : values) assign(target, value->evaluate(interpreter, scope), interpreter, inner);
  return interpreter.execute(body, inner);
}

Statement::Flow Load::run(Interpreter&, Scope&) const {
  throw TemplateFailure(fmt::format("no loader for this environment specified, so '{}' finds no template", tag));
}

Statement::Flow NamedBlock::run(Interpreter& interpreter, Scope& scope) const {
  interpreter.execute(body, interpreter.keep_scope(scoped ? &scope : interpreter.top_scope()));
  return Flow::kNext;
}

Statement::Flow Generation::run(Interpreter& interpreter, Scope& scope) const {
  Scope& inner = interpreter.keep_scope(&scope);
  const std::string text = interpreter.capture(body, inner);
  // Within a macro or a set block the place is that of the output so far, as transformers counts it.
  const std::size_t begin = interpreter.position();
  interpreter.generated.emplace_back(begin, begin + text.size());
  interpreter.write(text);
  return Flow::kNext;
}

Statement::Flow Jump::run(Interpreter&, Scope&) const { return flow; }

}  // namespace llmops::text::jinja
