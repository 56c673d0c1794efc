// Parse, run, exception -> exit code: here errors end, as a message and an exit code.
#include <fmt/format.h>

#include <cctype>
#include <cstdio>
#include <new>
#include <system_error>

#include "apps/commands.h"
#include "core/cancel.h"
#include "core/log.h"
#include "core/spelling.h"

namespace llmops::apps {
namespace {

constexpr const char* kSeeHelp = "run 'llmops --help' for the commands and their options";

/// The deepest subcommand that was recognised.
const CLI::App* active_command(const CLI::App& root) {
  const CLI::App* command = &root;
  while (!command->get_subcommands().empty()) command = command->get_subcommands().back();
  return command;
}

std::vector<std::string> option_names(const CLI::App* command) {
  std::vector<std::string> names;
  for (; command != nullptr; command = command->get_parent()) {
    for (const CLI::Option* option : command->get_options()) {
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    }
  }
  return names;
}

std::vector<std::string> subcommand_names(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::App* sub : command.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(sub->get_name());
  return names;
}

/// CLI11's error in the words of our own: lower case, with the nearest known name as the hint.
UsageError translate(const CLI::ParseError& error, const CLI::App& root, const std::vector<std::string>& argv) {
  const CLI::App* command = active_command(root);
  const std::string path = command == &root ? "llmops" : "llmops " + command->get_name();
  const std::vector<std::string> extras = root.remaining(true);
  if (!extras.empty()) {
    const std::string& word = extras.front();
    if (word.starts_with("-")) {
      const std::string name = word.substr(0, word.find('='));
      return UsageError(fmt::format("unknown option '{}'", name),
                        did_you_mean(name, option_names(command), fmt::format("run '{} --help'", path)));
    }
    const std::vector<std::string> known = subcommand_names(*command);
    const char* what = known.empty() ? "unexpected argument" : "unknown command";
    return UsageError(fmt::format("{} '{}'", what, word),
                      did_you_mean(word, known, fmt::format("run '{} --help'", path)));
  }
  if (command == &root && argv.size() > 1 && !argv[1].starts_with("-")) {
    return UsageError(fmt::format("unknown command '{}'", argv[1]),
                      did_you_mean(argv[1], subcommand_names(root), kSeeHelp));
  }
  std::string message = error.what();
  if (!message.empty()) message[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(message[0])));
  return UsageError(message, fmt::format("run '{} --help'", path));
}

int report(const Error& error, Context& context) {
  context.record_failure(error.what());
  if (context.json) {
    Json object{{"error", {{"code", error.code()}, {"message", error.what()}, {"hint", error.hint()}}}};
    std::fprintf(stdout, "%s\n", dump_json(object).c_str());
  }
  std::fprintf(stderr, "error: %s\n", error.what());
  if (!error.hint().empty()) std::fprintf(stderr, "hint: %s\n", error.hint().c_str());
  return static_cast<int>(error.exit_code());
}

int report_defect(const std::exception& error, Context& context) {
  return report(Error(ExitCode::kFailed, "internal", fmt::format("internal error: {}", error.what()),
                      "this is a defect of llmops; please report it with the command line"),
                context);
}

void parse(CLI::App& root, int argc, char** argv, const Context& context) {
  try {
    root.parse(argc, argv);
  } catch (const CLI::Success& success) {  // --help, --version
    root.exit(success);
  } catch (const CLI::ParseError& error) {
    throw translate(error, root, context.argv);
  }
}

int run(int argc, char** argv) {
  Context context;
  context.argv.assign(argv, argv + argc);
  // Known before parsing, so that a wrong command line is reported in the form that was asked for.
  for (int i = 1; i < argc; ++i) context.json = context.json || std::string_view(argv[i]) == "--json";
  try {
    install_signal_handlers();
    CLI::App root(
        "From raw text to a language model in production: prepare, finetune, evaluate, quantize, serve, monitor.",
        "llmops");
    add_commands(root, context);
    if (argc < 2) {
      std::fputs(root.help().c_str(), stderr);
      return static_cast<int>(ExitCode::kUsage);
    }
    parse(root, argc, argv, context);
    // A large write may have failed before, and then the flush has nothing left to fail on.
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) throw SystemError("cannot write to standard output");
    return static_cast<int>(context.exit_code);
  } catch (const Error& error) {
    return report(error, context);
  } catch (const std::bad_alloc&) {
    return report(SystemError("out of memory", "use a smaller batch, sequence length or model"), context);
  } catch (const std::system_error& error) {
    if (error.code() != std::errc::resource_unavailable_try_again) return report_defect(error, context);
    return report(
        SystemError("cannot start another thread", "use fewer threads, or raise the limits of memory and tasks"),
        context);
  } catch (const std::exception& error) {
    return report_defect(error, context);
  }
}

}  // namespace
}  // namespace llmops::apps

int main(int argc, char** argv) { return llmops::apps::run(argc, argv); }
