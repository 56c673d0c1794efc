// `llmops completion`: shell completion, generated from the table of commands.
#include <cstdio>

#include "apps/commands.h"
#include "apps/manual.h"

namespace llmops::apps {

void add_completion(CLI::App& root, Context&) {
  auto shell = std::make_shared<std::string>();
  CLI::App* cmd = root.add_subcommand("completion", "Print a shell completion script");
  cmd->add_option("shell", *shell, "Shell")->required()->check(CLI::IsMember({"bash", "zsh", "fish"}));
  cmd->footer(
      "Examples:\n  source <(llmops completion bash)\n  llmops completion fish > "
      "~/.config/fish/completions/llmops.fish");
  cmd->callback([shell, &root] { std::fputs(completion_script(root, *shell).c_str(), stdout); });
}

}  // namespace llmops::apps
