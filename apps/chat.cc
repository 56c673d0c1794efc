// `llmops chat`: talk to a model in the terminal.
#include <unistd.h>

#include <cstdio>

#include "apps/engine_arguments.h"
#include "apps/engine_options.h"
#include "apps/sampling_arguments.h"
#include "infer/chat_loop.h"

namespace llmops::apps {
namespace {

constexpr const char* kFooter =
    R"(A line is a message; one that ends with a backslash goes on in the next. Lines that begin with a slash are commands:
/help lists them. Ctrl-C stops an answer and not the program. Where the input is no terminal, only answers are written,
each ended by a newline; with --json each is one object.

Examples:
  llmops chat --model models:/smollm2-135m-instruct/1
  llmops chat --model small-q4_0.gguf --system "Answer in one sentence." --history talk.json
  echo "What is a registry?" | llmops chat --model models:/triage@production --json)";

void write(std::FILE* file, const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), file);
  std::fflush(file);
}

infer::ChatLoopHooks hooks(const std::shared_ptr<EngineArguments>& arguments, Context& context) {
  infer::ChatLoopHooks made;
  made.write = [&context](const std::string& text) {
    if (!context.json) write(stdout, text);
  };
  made.remark = [](const std::string& text) { write(stderr, text); };
  if (context.json) {
    made.on_answer = [&context](const infer::ChatSession::Answer& answer) {
      context.print({{"text", answer.text},
                     {"finish_reason", answer.finish_reason},
                     {"prompt_tokens", answer.prompt_tokens},
                     {"tokens", answer.tokens},
                     {"first_token_s", answer.first_token_s},
                     {"total_s", answer.total_s}},
                    "");
    };
  }
  made.open = [arguments, &context](const std::string& adapter) {
    EngineArguments other = *arguments;
    other.adapter = adapter;
    return open_engine(other, context);
  };
  return made;
}

}  // namespace

void add_chat(CLI::App& root, Context& context) {
  auto arguments = std::make_shared<EngineArguments>();
  auto options = std::make_shared<infer::ChatLoopOptions>();
  CLI::App* cmd = root.add_subcommand("chat", "Talk to a model in the terminal");
  add_engine_arguments(*cmd, *arguments);
  add_guessing_options(*cmd, arguments->engine);
  add_sampling_arguments(*cmd, options->sampling);
  cmd->add_option("--system", options->system, "What the model is told first");
  cmd->add_option("--history", options->history, "Conversation to go on with, kept up to date");
  cmd->footer(kFooter);
  cmd->callback([arguments, options, &context] {
    options->sampling.seed = context.seed.value_or(0);
    options->interactive = isatty(STDIN_FILENO) != 0 && !context.json;
    const auto lines = open_lines(*arguments);
    const int failed = infer::run_chat(open_engine(*arguments, context), *lines, *options, hooks(arguments, context));
    if (failed > 0 && !options->interactive) context.exit_code = ExitCode::kFailed;
  });
}

}  // namespace llmops::apps
