// KEY=VALUE arguments of the `tag` subcommands, and the width results are cut to.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <utility>
#include <vector>

namespace llmops::apps {

struct TagArguments {
  std::string subject;            ///< what is tagged
  std::vector<std::string> tags;  ///< "KEY=VALUE"; "KEY=" removes
};
/// @param name, description  of the positional argument for the subject
void add_tag_arguments(CLI::App& cmd, TagArguments& arguments, const std::string& name, const std::string& description);

/// @throws UsageError  for one without '='
std::vector<std::pair<std::string, std::string>> parse_tags(const std::vector<std::string>& tags);

/// Columns of a terminal on stdout; 0 elsewhere, which means never cut.
int result_width();

}  // namespace llmops::apps
