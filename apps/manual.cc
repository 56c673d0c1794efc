#include "apps/manual.h"

#include <fmt/format.h>

namespace llmops::apps {
namespace {

std::vector<const CLI::App*> subcommands(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App*) { return true; });
}

std::vector<std::string> long_options(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

std::string joined(const std::vector<std::string>& words) { return fmt::format("{}", fmt::join(words, " ")); }

/// roff treats a leading dot, quotes and backslashes as its own.
std::string roff(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (c == '\\')
      result += "\\e";
    else if (c == '-')
      result += "\\-";
    else if ((c == '.' || c == '\'') && (result.empty() || result.back() == '\n'))
      result += fmt::format("\\&{}", c);
    else
      result += c;
  }
  return result;
}

void add_section(std::string& page, const CLI::App& command, const std::string& path) {
  page += fmt::format(".SS {}\n{}\n", roff(path), roff(command.get_description()));
  for (const CLI::Option* option : command.get_options()) {
    page += fmt::format(".TP\n\\fB{}\\fR\n{}\n", roff(option->get_name(true, true)), roff(option->get_description()));
  }
  if (!command.get_footer().empty()) page += fmt::format(".PP\n.nf\n{}\n.fi\n", roff(command.get_footer()));
  for (const CLI::App* sub : subcommands(command)) add_section(page, *sub, path + " " + sub->get_name());
}

/// "COMMAND SUBCOMMAND" -> the words that may follow.
std::vector<std::pair<std::string, std::string>> completions(const CLI::App& root) {
  std::vector<std::pair<std::string, std::string>> table;
  const std::string global = joined(long_options(root));
  const auto add = [&](auto& self, const CLI::App& app, const std::string& path) -> void {
    std::vector<std::string> words = long_options(app);
    for (const CLI::App* sub : subcommands(app)) words.push_back(sub->get_name());
    table.emplace_back(path, path.empty() ? joined(words) : joined(words) + " " + global);
    for (const CLI::App* sub : subcommands(app))
      self(self, *sub, path.empty() ? sub->get_name() : path + " " + sub->get_name());
  };
  add(add, root, "");
  return table;
}

std::string bash_function(const CLI::App& root) {
  std::string text =
      "_llmops() {\n"
      "  local current=\"${COMP_WORDS[COMP_CWORD]}\" path= word words i\n"
      "  for ((i = 1; i < COMP_CWORD && i < 3; i++)); do\n"
      "    word=\"${COMP_WORDS[i]}\"\n"
      "    [[ $word == -* ]] && break\n"
      "    path=\"${path:+$path }$word\"\n"
      "  done\n"
      "  case \"$path\" in\n";
  for (const auto& [path, words] : completions(root)) text += fmt::format("    '{}') words='{}' ;;\n", path, words);
  text +=
      "    *) words= ;;\n"
      "  esac\n"
      "  COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
      "  [[ ${#COMPREPLY[@]} -eq 0 ]] && COMPREPLY=($(compgen -f -- \"$current\"))\n"
      "}\n"
      "complete -F _llmops llmops\n";
  return text;
}

std::string fish_lines(const CLI::App& root) {
  std::string text = "complete -c llmops -f\n";
  for (const CLI::App* command : subcommands(root)) {
    text += fmt::format("complete -c llmops -n __fish_use_subcommand -a {} -d '{}'\n", command->get_name(),
                        command->get_description());
    for (const CLI::Option* option : command->get_options()) {
      for (const std::string& name : option->get_lnames()) {
        std::string description = option->get_description();
        std::erase(description, '\'');
        text += fmt::format("complete -c llmops -n '__fish_seen_subcommand_from {}' -l {} -d '{}' -F\n",
                            command->get_name(), name, description);
      }
    }
    for (const CLI::App* sub : subcommands(*command)) {
      text += fmt::format("complete -c llmops -n '__fish_seen_subcommand_from {}' -a {}\n", command->get_name(),
                          sub->get_name());
    }
  }
  return text;
}

}  // namespace

std::string manual_page(const CLI::App& root) {
  std::string page = fmt::format(".TH LLMOPS 1\n.SH NAME\nllmops \\- {}\n.SH COMMANDS\n", roff(root.get_description()));
  add_section(page, root, "llmops");
  return page;
}

std::string completion_script(const CLI::App& root, const std::string& shell) {
  if (shell == "fish") return fish_lines(root);
  // zsh runs bash completions through its own emulation.
  return (shell == "zsh" ? "#compdef llmops\nautoload -U +X bashcompinit && bashcompinit\n" : "") + bash_function(root);
}

}  // namespace llmops::apps
