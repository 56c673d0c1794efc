// Looking at a recorded run: its curve in the terminal, its page.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "apps/context.h"

namespace llmops::apps {

struct RunViews {
  bool plot = false;
  std::string metric = "loss";
  std::string html;  ///< file; "" writes none
};

/// --plot and --html.
void add_run_views(CLI::App& cmd, RunViews& views);

/// Writes the page. @returns the plot, "" where none is wanted
std::string show_run(Context& context, const std::string& run_id, const RunViews& views);

}  // namespace llmops::apps
