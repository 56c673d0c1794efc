// Macros and the blocks given to {% call %}.
#pragma once

#include <memory>

#include "text/jinja/interpreter.h"

namespace llmops::text::jinja {

class Macro : public Object {
 public:
  /// Both outlive the macro: the tree by its template, the scope by Interpreter::keep_scope.
  Macro(const MacroDefinition& definition, Scope& scope) : definition_(definition), scope_(scope) {}
  const char* type_name() const override { return "Macro"; }
  bool callable() const override { return true; }
  Value attribute(const std::string& name) override;
  Value call(Interpreter& interpreter, Arguments arguments) override;
  std::string repr(Limits& limits) const override;

 private:
  /// @throws TemplateFailure  for arguments that it has no parameter for
  void bind(Scope& scope, Arguments arguments, Interpreter& interpreter);
  static void set_parameter(Scope& scope, const Parameter& parameter, std::optional<Value> given,
                            Interpreter& interpreter);

  const MacroDefinition& definition_;
  Scope& scope_;
};

}  // namespace llmops::text::jinja
