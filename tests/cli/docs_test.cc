// docs/commands/*.md say exactly what --help says. LLMOPS_UPDATE_DOCS=1 rewrites them.
#include <cstdlib>
#include <set>

#include "core/files.h"
#include "support/catch.h"
#include "support/cli.h"

using namespace llmops;

namespace {

/// Words under "Subcommands:" of a help text.
std::vector<std::string> subcommands_in(const std::string& help) {
  std::vector<std::string> names;
  std::size_t at = help.find("\nSubcommands:\n");
  if (at == std::string::npos) return names;
  at = help.find('\n', at + 1) + 1;
  while (help.compare(at, 2, "  ") == 0) {
    if (help[at + 2] != ' ') names.push_back(help.substr(at + 2, help.find_first_of(" \n", at + 2) - at - 2));
    at = help.find('\n', at) + 1;
  }
  return names;
}

std::string page_of(const std::vector<std::string>& path) {
  std::vector<std::string> words{"help"};
  words.insert(words.end(), path.begin(), path.end());
  const auto result = test::run_llmops(words);
  REQUIRE(result.exit_code == 0);
  std::string title = "llmops";
  for (const std::string& word : path) title += " " + word;
  std::string page = (path.size() == 1 ? "# " : "## ") + title + "\n\n```\n" + result.out + "```\n";
  for (const std::string& name : subcommands_in(result.out)) {
    std::vector<std::string> deeper = path;
    deeper.push_back(name);
    page += "\n" + page_of(deeper);
  }
  return page;
}

}  // namespace

TEST_CASE("docs/commands equals --help, a page a command", "[cli]") {
  const fs::path folder = fs::path(LLMOPS_SOURCE_DIR) / "docs" / "commands";
  const std::vector<std::string> commands = subcommands_in(test::run_llmops({"--help"}).out);
  REQUIRE(commands.size() >= 12);
  std::set<std::string> expected;
  for (const std::string& command : commands) {
    INFO(command);
    const std::string page = page_of({command});
    const fs::path file = folder / (command + ".md");
    expected.insert(file.filename());
    CHECK(page.find("Examples:") != std::string::npos);
    if (std::getenv("LLMOPS_UPDATE_DOCS") != nullptr) write_file_atomic(file, page);
    CHECK(read_file(file) == page);
  }
  for (const fs::path& file : list_files(folder)) {
    INFO(file.string() << " belongs to no command");
    CHECK(expected.count(file.filename()) == 1);
  }
}
