// `llmops quantize`: writes a smaller copy of a model and records its parent.
#include <fmt/format.h>

#include "apps/commands.h"
#include "apps/model_output.h"
#include "core/units.h"
#include "model/model_source.h"
#include "quant/quantize_checkpoint.h"

namespace llmops::apps {
namespace {

constexpr const char* kFooter =
    "Schemes: q8_0 (int8, 8.5 bits a weight), q4_0 (int4, 4.5 bits; embeddings at 8.5), bf16, f16, f32.\n"
    "The file is GGUF: this program and llama.cpp open it.\n"
    "\n"
    "Examples:\n"
    "  llmops quantize models:/triage@candidate -o triage-q8.gguf\n"
    "  llmops quantize out/adapter --scheme int4 -o triage-q4.gguf --text heldout.txt --name triage-q4\n"
    "  llmops quantize ./my-model --scheme q4_0 -o small.gguf --text notes.txt --text-tokens 20000 --json";

std::string describe(const quant::QuantizeReport& report, const std::string& uri) {
  std::string text =
      fmt::format("{}: {} -> {}, {:.2f} bits a weight, {:.1f} s\n", report.output, format_bytes(report.bytes_in),
                  format_bytes(report.bytes_out), report.bits_per_weight, report.wall_s);
  if (report.quality) {
    const quant::QualityReport& q = *report.quality;
    text += fmt::format("perplexity {:.3f} -> {:.3f} on {} tokens\n", q.perplexity_original, q.perplexity_quantized,
                        q.tokens);
    text += fmt::format("KL divergence {:.5f} nats mean, {:.5f} 99th percentile, {:.5f} largest\n", q.kl_mean, q.kl_p99,
                        q.kl_max);
    text += fmt::format("same most likely token at {:.1f}% of positions\n", 100 * q.same_top_share);
  }
  if (!uri.empty()) text += fmt::format("registered as {}\n", uri);
  return text;
}

void log_quality(registry::Run& run, const quant::QuantizeReport& report) {
  run.log_metric("bits_per_weight", report.bits_per_weight);
  run.log_metric("bytes", static_cast<double>(report.bytes_out));
  if (!report.quality) return;
  const quant::QualityReport& q = *report.quality;
  run.log_metrics({{"perplexity_original", q.perplexity_original},
                   {"perplexity_quantized", q.perplexity_quantized},
                   {"kl_mean", q.kl_mean},
                   {"kl_p99", q.kl_p99},
                   {"kl_max", q.kl_max},
                   {"same_top_share", q.same_top_share}},
                  0);
}

struct Command {
  std::string model, base, name;
  quant::QuantizeOptions options;

  Json config(const model::ModelSource& source) const {
    return {{"model", source.uri},
            {"scheme", options.scheme},
            {"output", options.output},
            {"text", options.quality_text},
            {"text_tokens", options.quality_tokens},
            {"context", options.context}};
  }
};

void quantize(Command command, Context& context) {
  registry::Registry& registry = context.registry();
  const model::ModelSource source = model::resolve_model(registry, command.model, command.base);
  quant::QuantizeOptions& options = command.options;
  options.model = source.model_path.string();
  options.adapter = source.adapter_path.string();
  options.threads = context.threads;
  if (context.dry_run) {
    context.print(command.config(source), fmt::format("would write {} as {}\n", options.output, options.scheme));
    return;
  }
  registry::Run run(registry, {.command = "quantize", .argv = context.argv, .config = command.config(source)});
  model::record_inputs(run, source);
  if (!options.quality_text.empty()) run.add_input(options.quality_text, "text");
  const quant::QuantizeReport report = quant::quantize_checkpoint(options, context.progress());
  const registry::Artifact artifact = run.add_output(options.output, "gguf");
  log_quality(run, report);
  Json json = report.json();
  const std::string uri =
      finish_with_model(registry, run, artifact, command.name,
                        {{"source", source.uri}, {"format", "gguf"}, {"scheme", report.scheme}}, json);
  context.print(json, describe(report, uri));
}

}  // namespace

void add_quantize(CLI::App& root, Context& context) {
  auto command = std::make_shared<Command>();
  quant::QuantizeOptions& options = command->options;
  CLI::App* cmd = root.add_subcommand("quantize", "Write a smaller copy of a model as GGUF");
  cmd->add_option("model,-m,--model", command->model, "Model or adapter: path or URI")->required();
  cmd->add_option("--base", command->base, "Base model of an adapter, instead of the one it names");
  cmd->add_option("-o,--output", options.output, "GGUF file to create")->required();
  cmd->add_option("--scheme", options.scheme, "Number format: q8_0, int8, q4_0, int4, bf16, f16 or f32")
      ->capture_default_str();
  cmd->add_option("--text", options.quality_text, "Text file to compare both models on");
  cmd->add_option("--text-tokens", options.quality_tokens, "Tokens of it to use at most")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  cmd->add_option("--context", options.context, "Tokens of a window of it")
      ->check(CLI::Range(2, 1 << 20))
      ->capture_default_str();
  cmd->add_option("--name", command->name, "Also register it as a new version of models:/NAME");
  cmd->footer(kFooter);
  cmd->callback([command, &context] { quantize(*command, context); });
}

}  // namespace llmops::apps
