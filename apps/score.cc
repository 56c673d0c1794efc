// `llmops score`: log-probabilities of given texts, or what a reward model says of them, a line each.
#include "infer/score_lines.h"

#include "apps/engine_arguments.h"
#include "infer/open_engine.h"
#include "infer/reward_lines.h"

namespace llmops::apps {
namespace {

constexpr const char* kFooter =
    R"(Lines in are {"ids": [...]} or {"text": "..."}, which is encoded with what the tokenizer adds (a BOS, say).
Lines out are {"logprobs": [...], "sum": ..., "greedy": [...]}: the natural logarithm of the probability of every token
but the first, and whether it was the most likely one; for a text also its ids. Without --json: sum and tokens.
A reward model, or an adapter of one, prints {"reward": ...} instead, higher for a better text; its lines may also be
{"messages": [...]}, a whole conversation.
A line that cannot be scored is answered {"error": {...}}; the others go on, and the exit code is 1.

Examples:
  echo '{"text": "The capital of France is Paris."}' | llmops score --model models:/smollm2-135m-instruct/1 --json
  llmops score --model ./my-model --json lines.jsonl > scores.jsonl
  llmops score --model small.gguf --adapter out/adapter --json < lines.jsonl
  llmops score --model out/reward --json < conversations.jsonl     what a reward model says)";

}  // namespace

void add_score(CLI::App& root, Context& context) {
  auto arguments = std::make_shared<EngineArguments>();
  CLI::App* cmd = root.add_subcommand("score", "Log-probabilities or rewards of texts, a line in and a line out");
  add_engine_arguments(*cmd, *arguments);
  cmd->footer(kFooter);
  cmd->callback([arguments, &context] {
    const auto lines = open_lines(*arguments);
    const infer::EngineOptions options = resolved_options(*arguments, context);
    if (infer::is_reward_model(options.model, options.adapter)) {
      infer::RewardModel model(options);
      return finish_lines(infer::reward_lines(model, *lines, answer_writer(context)), context);
    }
    const auto engine = infer::open_engine(options);
    finish_lines(infer::score_lines(*engine, *lines, answer_writer(context)), context);
  });
}

}  // namespace llmops::apps
