// The subcommands of `llmops models` that move aliases: alias, promote, rollback, history.
#pragma once

#include <CLI/CLI.hpp>

#include "apps/context.h"

namespace llmops::apps {

void add_model_aliases(CLI::App& models, Context& context);

}  // namespace llmops::apps
