#include "infer/chat_loop.h"

#include <fmt/format.h>

#include <array>
#include <optional>

#include "core/cancel.h"
#include "core/error.h"
#include "core/files.h"
#include "core/spelling.h"

namespace llmops::infer {
namespace {

namespace fs = std::filesystem;

struct Chat {
  std::unique_ptr<Engine> engine;
  LineSource& lines;
  const ChatLoopOptions& options;
  const ChatLoopHooks& hooks;
  ChatSession session;
  ChatSession::Answer last = {};
  int failed = 0;
  bool over = false;

  void remark(const std::string& text) const {
    if (options.interactive) hooks.remark(text + "\n");
  }

  void save(const fs::path& path) const {
    AtomicFile file(path);
    file.write(dump_json(session.messages()) + "\n");
    file.commit();
  }

  void ask(const std::string& text) {
    last = session.ask(text, hooks.write);
    hooks.write("\n");
    if (hooks.on_answer) hooks.on_answer(last);
    if (last.finish_reason == "cancelled") remark("(stopped)");
    if (last.finish_reason == "length") remark("(cut at the most tokens)");
    if (last.forgotten > 0) remark(fmt::format("({} oldest messages no longer fit)", last.forgotten));
    if (!options.history.empty()) save(options.history);
  }
};

struct Command {
  const char* name;
  const char* help;
  void (*run)(Chat& chat, const std::string& argument);
};

void show_help(Chat& chat, const std::string&);

void retry(Chat& chat, const std::string&) {
  const std::string question = chat.session.take_back();
  if (question.empty()) throw InputError("nothing was asked yet");
  chat.ask(question);
}

void switch_adapter(Chat& chat, const std::string& argument) {
  const std::string adapter = argument == "none" ? "" : argument;
  if (argument.empty()) throw InputError("/adapter needs a path or URI, or 'none'");
  std::unique_ptr<Engine> other = chat.hooks.open(adapter);
  chat.session.use(*other);
  chat.engine = std::move(other);
  chat.remark(adapter.empty() ? "the model by itself" : "now with " + adapter);
}

void show_figures(Chat& chat, const std::string&) {
  const ChatSession::Answer& last = chat.last;
  const double decode_s = last.total_s - last.first_token_s;
  chat.hooks.remark(fmt::format("{} tokens of conversation, {} of answer; first after {:.2f} s, then {:.1f} tokens/s\n",
                                last.prompt_tokens, last.tokens, last.first_token_s,
                                decode_s > 0 ? (last.tokens - 1) / decode_s : 0.0));
}

constexpr std::array<Command, 8> kCommands = {{
    {"/help", "this list", show_help},
    {"/system", "TEXT: what the model is told first; without TEXT nothing",
     [](Chat& chat, const std::string& text) { chat.session.set_system(text); }},
    {"/clear", "forget what was said", [](Chat& chat, const std::string&) { chat.session.clear(); }},
    {"/retry", "answer the last message again", retry},
    {"/adapter", "PATH or URI, or none: go on with another adapter", switch_adapter},
    {"/save", "FILE: write the conversation as JSON",
     [](Chat& chat, const std::string& path) {
       if (path.empty()) throw InputError("/save needs a file");
       chat.save(path);
     }},
    {"/stats", "figures of the last answer", show_figures},
    {"/quit", "leave; Ctrl-D does too", [](Chat& chat, const std::string&) { chat.over = true; }},
}};

void show_help(Chat& chat, const std::string&) {
  for (const Command& command : kCommands) chat.hooks.remark(fmt::format("{:<10}{}\n", command.name, command.help));
}

void run_command(Chat& chat, const std::string& line) {
  const std::size_t space = line.find(' ');
  const std::string name = line.substr(0, space);
  const std::string argument = space == std::string::npos ? "" : line.substr(line.find_first_not_of(' ', space));
  std::vector<std::string> names;
  for (const Command& command : kCommands) {
    if (name == command.name) return command.run(chat, argument);
    names.emplace_back(command.name);
  }
  throw InputError(fmt::format("unknown command '{}'", name), did_you_mean(name, names, "/help lists them"));
}

/// A message: a line, and those that follow while each ends with a backslash. None at the end of the input.
std::optional<std::string> read_message(Chat& chat) {
  std::string message;
  while (true) {
    if (chat.options.interactive) chat.hooks.remark(message.empty() ? "> " : "  ");
    const auto taken = chat.lines.take(1);
    if (taken.empty()) return message.empty() ? std::nullopt : std::optional(message);
    const std::string& line = taken.front().text;
    if (!line.ends_with('\\')) return message + line;
    message += line.substr(0, line.size() - 1) + "\n";
  }
}

/// One message or command. @returns false at the end of the input
bool take_turn(Chat& chat) {
  const std::optional<std::string> message = read_message(chat);
  if (!message) return false;
  if (message->find_first_not_of(" \t\n") == std::string::npos) return true;
  if (message->starts_with('/')) {
    run_command(chat, *message);
  } else {
    chat.ask(*message);
  }
  return true;
}

}  // namespace

int run_chat(std::unique_ptr<Engine> engine, LineSource& lines, const ChatLoopOptions& options,
             const ChatLoopHooks& hooks) {
  ChatSession session(*engine, options.sampling, options.system);
  if (!options.history.empty() && fs::exists(options.history)) {
    session.restore(read_json_file(options.history), options.history.string());
  }
  Chat chat{std::move(engine), lines, options, hooks, std::move(session)};
  chat.remark("/help lists the commands; Ctrl-C stops an answer, Ctrl-D leaves");
  bool interrupted = false;  // at the prompt, just now
  while (!chat.over) {
    try {
      if (!take_turn(chat)) break;
      interrupted = false;
    } catch (const Interrupted&) {
      if (interrupted || !options.interactive) throw;
      interrupted = true;
      clear_cancel();
      chat.remark("\n(Ctrl-C once more leaves)");
    } catch (const InputError& error) {
      ++chat.failed;
      hooks.remark(fmt::format("error: {}\n", error.what()));
      if (!error.hint().empty()) hooks.remark(fmt::format("hint: {}\n", error.hint()));
    } catch (const NotFoundError& error) {
      ++chat.failed;
      hooks.remark(fmt::format("error: {}\n", error.what()));
    }
  }
  if (options.interactive) hooks.remark("\n");
  return chat.failed;
}

}  // namespace llmops::infer
