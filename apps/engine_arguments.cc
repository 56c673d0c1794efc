#include "apps/engine_arguments.h"

#include "core/files.h"
#include "core/uri.h"
#include "infer/open_engine.h"
#include "model/model_source.h"

namespace llmops::apps {
namespace {

model::ModelSource resolve(const EngineArguments& arguments, Context& context) {
  const bool adapter_is_folder = arguments.adapter.empty() || parse_uri(arguments.adapter).kind == Uri::Kind::kPath;
  if (arguments.base.empty() && model::is_plain_model(arguments.model) && adapter_is_folder) {
    model::ModelSource source;
    source.model_path = arguments.model;
    source.adapter_path = arguments.adapter;
    return source;
  }
  if (arguments.adapter.empty())
    return model::resolve_model(context.registry_to_read(), arguments.model, arguments.base);
  if (!arguments.base.empty()) throw UsageError("--base and --adapter exclude each other", "give the base as --model");
  return model::resolve_model(context.registry_to_read(), arguments.adapter, arguments.model);
}

}  // namespace

void add_engine_arguments(CLI::App& cmd, EngineArguments& arguments) {
  cmd.add_option("-m,--model", arguments.model, "Model, adapter or GGUF: path or URI")->required();
  cmd.add_option("--base", arguments.base, "Base model of an adapter, instead of the one it names");
  cmd.add_option("--adapter", arguments.adapter, "Adapter to put onto the model");
  cmd.add_option("--dtype", arguments.dtype, "auto, float32 or bfloat16")->capture_default_str();
  cmd.add_option("--max-batch", arguments.max_batch, "Sequences at once; changes no answer")
      ->check(CLI::Range(1, 4096))
      ->capture_default_str();
  cmd.add_option("--max-context", arguments.max_context, "Tokens of one sequence; 0 is the model's limit")
      ->check(CLI::Range(0, 1 << 24))
      ->capture_default_str();
  cmd.add_option("--cache-tokens", arguments.cache_tokens,
                 "Tokens of all sequences in the KV cache; 0 is chosen by the machine's memory")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  cmd.add_option("--cache-dtype", arguments.cache_dtype, "Of keys and values: auto, float32 or float16")
      ->capture_default_str();
  cmd.add_flag("--no-prefix-cache", arguments.no_prefix_cache, "Compute beginnings that sequences share each time");
  cmd.add_option("--prompt-lookup", arguments.prompt_lookup,
                 "Tokens guessed at most from a sequence's own text; changes no answer")
      ->check(CLI::Range(0, 64))
      ->capture_default_str();
  cmd.add_option("input", arguments.input, "File of lines; standard input where there is none, or -");
}

std::unique_ptr<infer::Engine> open_engine(const EngineArguments& arguments, Context& context) {
  const model::ModelSource source = resolve(arguments, context);
  return infer::open_engine({.model = source.model_path.string(),
                             .adapter = source.adapter_path.string(),
                             .dtype = arguments.dtype,
                             .device = context.device,
                             .threads = context.threads,
                             .max_batch = arguments.max_batch,
                             .max_context = arguments.max_context,
                             .cache_tokens = arguments.cache_tokens,
                             .cache_dtype = arguments.cache_dtype,
                             .prefix_cache = !arguments.no_prefix_cache,
                             .prompt_lookup = arguments.prompt_lookup});
}

std::unique_ptr<LineSource> open_lines(const EngineArguments& arguments) {
  if (arguments.input.empty() || arguments.input == "-") return std::make_unique<LineSource>(0, "stdin");
  return std::make_unique<LineSource>(fs::path(arguments.input));
}

infer::WriteAnswer answer_writer(const Context& context) {
  return [&context](const Json& json, const std::string& text) { context.print(json, text + "\n"); };
}

void finish_lines(const infer::LinesReport& report, Context& context) {
  if (report.failed > 0) context.exit_code = ExitCode::kFailed;
}

}  // namespace llmops::apps
