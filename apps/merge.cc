// `llmops merge`: base + adapter as one model, the run recorded.
#include <fmt/format.h>

#include "apps/commands.h"
#include "apps/drift_text.h"
#include "apps/model_output.h"
#include "core/units.h"
#include "model/model_source.h"
#include "quant/merge_model.h"

namespace llmops::apps {
namespace {

constexpr const char* kFooter = R"(Examples:
  llmops merge out/triage -o out/triage-merged
  llmops merge models:/triage/1 -o merged --dtype float32 --name triage-merged
  llmops merge adapter/ --base models:/smollm2-135m-instruct/1 -o merged --json

The sum is made in float32 and rounded once; the report tells the largest difference of a logit, and how far the weights
would be from the base model's after 'llmops unmerge'.)";

struct Options {
  std::string adapter, base, output, name;
  std::string dtype = "bfloat16";
};

void merge(const Options& options, Context& context) {
  const auto source = model::resolve_adapter(context.registry(), options.adapter, options.base);
  if (context.dry_run) {
    return context.print({{"dry_run", true}, {"adapter", source.uri}, {"output", options.output}},
                         fmt::format("would merge {} into {}\n", source.uri, options.output));
  }
  registry::Run run(
      context.registry(),
      {.command = "merge", .argv = context.argv, .config = {{"adapter", source.uri}, {"dtype", options.dtype}}});
  model::record_inputs(run, source);
  const quant::MergeReport report = quant::merge_model({.model = source.model_path.string(),
                                                        .adapter = source.adapter_path.string(),
                                                        .output = options.output,
                                                        .dtype = options.dtype,
                                                        .threads = context.threads});
  const registry::Artifact merged = run.add_output(report.output, "model");
  Json json = {{"run_id", run.id()}};
  json.update(report.json());
  json["bytes"] = merged.bytes;
  finish_with_model(context.registry(), run, merged, options.name,
                    {{"format", "huggingface"}, {"dtype", options.dtype}}, json);
  std::string text = fmt::format(
      "merged         {}\nsize           {}\nrun            {}\n"
      "largest logit difference  {:.2e}\n",
      report.output, format_bytes(merged.bytes), run.id(), report.max_logit_difference);
  if (report.drift) text += drift_text("once taken out again", *report.drift);
  context.print(json, text);
}

}  // namespace

void add_merge(CLI::App& root, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* cmd = root.add_subcommand("merge", "Write a model with its adapter merged in");
  cmd->add_option("adapter", options->adapter, "PEFT adapter: path or URI")->required();
  cmd->add_option("-o,--output", options->output, "Folder to create")->required();
  cmd->add_option("--base", options->base, "Base model, instead of the one the adapter names");
  cmd->add_option("--dtype", options->dtype, "Number format of the weights")
      ->check(CLI::IsMember({"bfloat16", "float16", "float32"}))
      ->capture_default_str();
  cmd->add_option("--name", options->name, "Register the result as models:/NAME/N");
  cmd->footer(kFooter);
  cmd->callback([options, &context] { merge(*options, context); });
}

}  // namespace llmops::apps
