// Functions every chat template may call: range, namespace, dict, cycler, joiner, raise_exception, strftime_now.
#pragma once

#include "text/jinja/interpreter.h"

namespace llmops::text::jinja {

void add_globals(Scope& scope, Interpreter& interpreter);

}  // namespace llmops::text::jinja
