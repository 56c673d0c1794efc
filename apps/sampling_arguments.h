// Options of commands that generate text.
#pragma once

#include "apps/commands.h"
#include "infer/engine.h"

namespace llmops::apps {

void add_sampling_arguments(CLI::App& cmd, infer::SamplingOptions& sampling);

}  // namespace llmops::apps
