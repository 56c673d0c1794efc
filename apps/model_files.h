// The subcommands of `llmops models` that look into files: inspect, convert, diff.
#pragma once

#include <CLI/CLI.hpp>

#include "apps/context.h"

namespace llmops::apps {

void add_model_files(CLI::App& models, Context& context);

}  // namespace llmops::apps
