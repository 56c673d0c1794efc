// A parsed template, ready to render.
#include "text/jinja/template.h"

#include <fmt/format.h>

#include "core/error.h"
#include "text/jinja/failure.h"
#include "text/jinja/globals.h"
#include "text/jinja/interpreter.h"

namespace llmops::text::jinja {
namespace {

[[noreturn]] void rethrow(const TemplateFailure& failure, int line) {
  throw InputError(fmt::format("chat_template:{}: {}", failure.line > 0 ? failure.line : line, failure.what()));
}

ParsedTemplate parse(const std::string& source) {
  try {
    return parse_template(source);
  } catch (const TemplateFailure& failure) {
    rethrow(failure, 1);
  }
}

}  // namespace

Template::Template(const std::string& source) : parsed_(parse(source)) {}

Template::Rendered Template::render(const std::vector<std::pair<std::string, Value>>& variables) const {
  Interpreter interpreter;
  Scope& globals = interpreter.keep_scope(nullptr);
  add_globals(globals, interpreter);
  for (const auto& [name, value] : variables) {
    globals.set(name, value);
    if (name == "messages" && value.is_sequence()) interpreter.trace.watch(value.items());
  }
  Scope& top = interpreter.keep_scope(&globals);
  interpreter.set_top_scope(top);
  try {
    interpreter.execute(parsed_.body, top);
  } catch (const TemplateFailure& failure) {
    rethrow(failure, interpreter.line);
  }
  return {interpreter.take_output(), std::move(interpreter.generated), interpreter.trace.take()};
}

}  // namespace llmops::text::jinja
