// Macros and the blocks given to {% call %}.
#include "text/jinja/macro.h"

#include <fmt/format.h>

#include <algorithm>

#include "text/jinja/failure.h"

namespace llmops::text::jinja {

Value Macro::attribute(const std::string& name) {
  if (name == "name") return definition_.name.empty() ? Value() : Value(definition_.name);
  if (name == "catch_kwargs") return definition_.reads.kwargs;
  if (name == "catch_varargs") return definition_.reads.varargs;
  if (name == "caller") return definition_.reads.caller;
  if (name != "arguments") return Object::attribute(name);
  Items names;
  for (const Parameter& parameter : definition_.parameters) names.emplace_back(parameter.name);
  return Value::tuple(std::move(names));
}

std::string Macro::repr(Limits&) const {
  return definition_.name.empty() ? "<Macro anonymous>" : fmt::format("<Macro '{}'>", definition_.name);
}

Value Macro::call(Interpreter& interpreter, Arguments arguments) {
  const DepthGuard guard(interpreter.limits);
  // Macros defined inside keep the scope, so that it outlives the call.
  Scope& scope = interpreter.keep_scope(&scope_);
  bind(scope, std::move(arguments), interpreter);
  return interpreter.capture(definition_.body, scope);
}

void Macro::bind(Scope& scope, Arguments arguments, Interpreter& interpreter) {
  const auto& parameters = definition_.parameters;
  auto& positional = arguments.positional;
  const std::size_t given = std::min(positional.size(), parameters.size());
  for (std::size_t i = 0; i < given; ++i) scope.set(parameters[i].name, positional[i]);
  const auto take_named = [&](const std::string& name) -> std::optional<Value> {
    const auto found = std::find_if(arguments.named.begin(), arguments.named.end(),
                                    [&](const auto& argument) { return argument.first == name; });
    if (found == arguments.named.end()) return std::nullopt;
    Value value = std::move(found->second);
    arguments.named.erase(found);
    return value;
  };
  bool found_caller = false;
  for (std::size_t i = given; i < parameters.size(); ++i) {
    found_caller = found_caller || parameters[i].name == "caller";
    set_parameter(scope, parameters[i], take_named(parameters[i].name), interpreter);
  }
  if (definition_.reads.caller && !found_caller) {
    scope.set("caller", take_named("caller").value_or(Value::undefined("No caller defined")));
  }
  if (!definition_.reads.kwargs && !arguments.named.empty()) {
    throw TemplateFailure(
        fmt::format("macro '{}' takes no keyword argument '{}'", definition_.name, arguments.named.front().first));
  }
  if (!definition_.reads.varargs && positional.size() > parameters.size()) {
    throw TemplateFailure(
        fmt::format("macro '{}' takes not more than {} argument(s)", definition_.name, parameters.size()));
  }
  if (definition_.reads.kwargs) {
    Entries rest;
    for (auto& [name, value] : arguments.named) rest.emplace_back(name, std::move(value));
    scope.set("kwargs", Value::dict(std::move(rest)));
  }
  if (definition_.reads.varargs) {
    scope.set("varargs",
              Value::tuple(Items(positional.begin() + static_cast<std::ptrdiff_t>(given), positional.end())));
  }
}

void Macro::set_parameter(Scope& scope, const Parameter& parameter, std::optional<Value> given,
                          Interpreter& interpreter) {
  if (!given && parameter.fallback != nullptr) given = parameter.fallback->evaluate(interpreter, scope);
  scope.set(parameter.name,
            given ? *given : Value::undefined(fmt::format("parameter '{}' was not provided", parameter.name)));
}

}  // namespace llmops::text::jinja
