// `llmops generate`: prompts to texts, a line each.
#include "infer/generate_lines.h"

#include "apps/engine_arguments.h"
#include "apps/engine_options.h"
#include "apps/sampling_arguments.h"

namespace llmops::apps {
namespace {

constexpr const char* kFooter =
    R"(Lines in are {"prompt": "..."}, {"ids": [...]} or {"messages": [...], "tools": ...}; each may have "max_tokens",
"temperature", "top_p", "top_k", "frequency_penalty", "presence_penalty", "seed", "stop" and "ignore_eos", which are
the options of the same names otherwise, and one of "json_schema", "regex", "grammar" (GBNF) and "response_format" (as
OpenAI has it), which the answer then matches. With --text a line is a prompt as it stands.
Lines out are {"text", "ids", "finish_reason"}, in the same order, each as soon as it is there; without --json the text.
A line that fails is answered {"error": {...}}; the others go on, and the exit code is 1.

Examples:
  echo '{"prompt": "Once upon a time", "max_tokens": 64}' | llmops generate --model ./my-model --json
  echo '{"messages": [{"role": "user", "content": "Hello"}]}' | llmops generate --model models:/triage@production --json
  echo '{"prompt": "Colour: ", "regex": "red|green|blue"}' | llmops generate --model small.gguf --json
  llmops generate --model small.gguf --text --temperature 0.8 --seed 7 prompts.txt)";

}  // namespace

void add_generate(CLI::App& root, Context& context) {
  auto arguments = std::make_shared<EngineArguments>();
  auto options = std::make_shared<infer::GenerateLinesOptions>();
  CLI::App* cmd = root.add_subcommand("generate", "Answers to prompts, a line in and a line out");
  add_engine_arguments(*cmd, *arguments);
  add_guessing_options(*cmd, arguments->engine);
  add_sampling_arguments(*cmd, options->sampling);
  cmd->add_flag("--text", options->plain_prompts, "Lines are prompts, not JSON");
  cmd->footer(kFooter);
  cmd->callback([arguments, options, &context] {
    options->sampling.seed = context.seed.value_or(0);
    options->at_once =
        std::max<std::size_t>(options->at_once, 8 * static_cast<std::size_t>(arguments->engine.max_batch));
    const auto lines = open_lines(*arguments);
    const auto engine = open_engine(*arguments, context);
    finish_lines(infer::generate_lines(*engine, *lines, *options, answer_writer(context)), context);
  });
}

}  // namespace llmops::apps
