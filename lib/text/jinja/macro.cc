// Macros and the blocks given to {% call %}.
#include "text/jinja/macro.h"

#include <fmt/format.h>

#include "text/jinja/failure.h"

namespace llmops::text::jinja {

Value Macro::attribute(const std::string& name) {
  if (name == "name") return definition_.name;
  return Object::attribute(name);
}

Value Macro::call(Interpreter& interpreter, Arguments arguments) {
  const DepthGuard guard(interpreter.limits);
  // Macros defined inside keep the scope, so that it outlives the call.
  Scope& scope = interpreter.keep_scope(&scope_);
  const auto& parameters = definition_.parameters;
  std::vector<bool> given(parameters.size());
  Items more;
  for (std::size_t i = 0; i < arguments.positional.size(); ++i) {
    if (i < parameters.size()) {
      scope.set(parameters[i].name, arguments.positional[i]);
      given[i] = true;
    } else {
      more.push_back(arguments.positional[i]);
    }
  }
  Entries named_more;
  for (auto& [name, value] : arguments.named) {
    bool known = name == "caller";
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      if (parameters[i].name != name) continue;
      if (given[i]) throw TemplateFailure(fmt::format("macro '{}' got argument '{}' twice", definition_.name, name));
      known = given[i] = true;
    }
    if (known) {
      scope.set(name, value);
    } else {
      named_more.emplace_back(name, value);
    }
  }
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (given[i]) continue;
    scope.set(parameters[i].name,
              parameters[i].fallback != nullptr
                  ? parameters[i].fallback->evaluate(interpreter, scope)
                  : Value::undefined(fmt::format("parameter '{}' was not provided", parameters[i].name)));
  }
  scope.set("varargs", Value::tuple(std::move(more)));
  scope.set("kwargs", Value::dict(std::move(named_more)));
  return interpreter.capture(definition_.body, scope);
}

}  // namespace llmops::text::jinja
