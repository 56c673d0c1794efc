// `llmops bench`: how fast a model is here.
#include "infer/bench.h"

#include "apps/commands.h"
#include "apps/engine_options.h"
#include "apps/tag_argument.h"
#include "core/files.h"
#include "model/model_source.h"

namespace llmops::apps {
namespace {

constexpr const char* kFooter = R"(Examples:
  llmops bench --model models:/smollm2-135m-instruct/1
  llmops bench --model model-q8_0.gguf --threads 2 --prompt 256 --generate 64 --batch 1 --json
  llmops bench --model model-q4_0.gguf --batch 1,4,16      how it grows with the number of sequences
  llmops bench --model big.gguf --draft-model small.gguf   what guesses of a smaller model gain
  LLMOPS_FORCE_ISA=avx2 llmops bench --model model.gguf    what a narrower CPU would do)";

}  // namespace

void add_bench(CLI::App& root, Context& context) {
  auto options = std::make_shared<infer::BenchOptions>();
  auto text = std::make_shared<std::string>();
  CLI::App* cmd = root.add_subcommand("bench", "Measure how fast a model is loaded, reads and writes");
  cmd->footer(kFooter);
  cmd->add_option("-m,--model", options->engine.model, "Model or GGUF: path or URI")->required();
  cmd->add_option("--prompt", options->prompt, "Tokens of each prompt")->capture_default_str();
  cmd->add_option("--generate", options->generate, "Tokens decoded after it")->capture_default_str();
  cmd->add_option("--batch", options->batches, "Sequences at once, one measurement each")
      ->delimiter(',')
      ->capture_default_str();
  cmd->add_option("--repeats", options->repeats, "Of each measurement; the median counts")->capture_default_str();
  add_dtype_option(*cmd, options->engine);
  add_kv_type_option(*cmd, options->engine);
  add_draft_options(*cmd, options->engine);
  cmd->get_option("--draft-model")
      ->description("Smaller model of the same vocabulary: measures decoding with its guesses too");
  cmd->add_option("--text", *text, "File whose beginning is the prompt of that measurement");
  cmd->callback([options, text, &context] {
    options->engine.draft_model = draft_model_path(options->engine.draft_model, context);
    if (!text->empty()) options->text = read_file(*text);
    options->engine.model = model::resolve_model(context.registry_to_read(), options->engine.model).model_path.string();
    options->engine.threads = context.threads;
    const infer::BenchReport report = infer::run_bench(*options, context.progress());
    context.print(infer::bench_json(report), infer::bench_text(report, result_width()));
  });
}

}  // namespace llmops::apps
