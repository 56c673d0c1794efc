#include "apps/engine_options.h"

#include "infer/draft_model.h"

namespace llmops::apps {

void add_dtype_option(CLI::App& cmd, infer::EngineOptions& options) {
  cmd.add_option("--dtype", options.dtype, "auto, float32 or bfloat16")->capture_default_str();
}

void add_kv_type_option(CLI::App& cmd, infer::EngineOptions& options) {
  cmd.add_option("--kv-type", options.cache_dtype, "Of keys and values: auto, f32, f16 or int8")->capture_default_str();
}

void add_engine_options(CLI::App& cmd, infer::EngineOptions& options) {
  add_dtype_option(cmd, options);
  cmd.add_option("--max-batch", options.max_batch, "Sequences at once; changes no answer")
      ->check(CLI::Range(1, 4096))
      ->capture_default_str();
  cmd.add_option("--max-context", options.max_context, "Tokens of one sequence; 0 is the model's limit")
      ->check(CLI::Range(0, 1 << 24))
      ->capture_default_str();
  cmd.add_option("--cache-tokens", options.cache_tokens,
                 "Tokens of all sequences in the KV cache; 0 is chosen by the machine's memory")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  add_kv_type_option(cmd, options);
  cmd.add_flag_callback(
      "--no-prefix-cache", [&options] { options.prefix_cache = false; },
      "Compute beginnings that sequences share each time");
}

void add_draft_options(CLI::App& cmd, infer::EngineOptions& options) {
  cmd.add_option("--draft-model", options.draft_model,
                 "Smaller model of the same vocabulary that guesses tokens, path or URI; changes no answer");
  cmd.add_option("--draft-tokens", options.draft_tokens, "Tokens it guesses at most before they are checked")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
}

void add_guessing_options(CLI::App& cmd, infer::EngineOptions& options) {
  cmd.add_option("--prompt-lookup", options.prompt_lookup,
                 "Tokens guessed at most from a sequence's own text; changes no answer")
      ->check(CLI::Range(0, 64))
      ->capture_default_str();
  add_draft_options(cmd, options);
}

std::string draft_model_path(const std::string& given, Context& context) {
  if (given.empty() || model::is_plain_model(given)) return given;
  return infer::resolve_draft_model(context.registry_to_read(), given).model_path.string();
}

}  // namespace llmops::apps
