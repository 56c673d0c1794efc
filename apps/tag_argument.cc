// Parsing KEY=VALUE.
#include "apps/tag_argument.h"

#include <fmt/format.h>

#include "core/error.h"
#include "core/terminal.h"

namespace llmops::apps {

void add_tag_arguments(CLI::App& cmd, TagArguments& arguments, const std::string& name,
                       const std::string& description) {
  cmd.add_option(name, arguments.subject, description)->required();
  cmd.add_option("tags", arguments.tags, "KEY=VALUE to set, KEY= to remove")->required()->expected(1, -1);
}

std::vector<std::pair<std::string, std::string>> parse_tags(const std::vector<std::string>& tags) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const std::string& tag : tags) {
    const auto equals = tag.find('=');
    if (equals == std::string::npos)
      throw UsageError(fmt::format("tag '{}' has no '='", tag), "write KEY=VALUE, or KEY= to remove it");
    pairs.emplace_back(tag.substr(0, equals), tag.substr(equals + 1));
  }
  return pairs;
}

int result_width() { return stdout_is_terminal() ? terminal_width() : 0; }

}  // namespace llmops::apps
