// The `diff BEFORE AFTER` subcommand of runs, models and datasets.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <vector>

#include "apps/context.h"
#include "registry/json_flat.h"

namespace llmops::apps {

struct Comparison {
  std::string before, after;  ///< what was compared, by its full name
  std::vector<registry::Difference> differences;
};
struct DiffHelp {
  const char *summary, *before, *after;
};
/// @param compare  gets the two arguments as typed
void add_diff_command(CLI::App& parent, Context& context, const DiffHelp& help,
                      const std::function<Comparison(const std::string&, const std::string&)>& compare);

}  // namespace llmops::apps
