// `llmops unmerge`: takes a merged adapter out of a model again, the run recorded.
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
  llmops unmerge merged --adapter out/triage -o base-again
  llmops unmerge merged --adapter models:/triage/1 --base models:/smollm2-135m-instruct/1 -o base-again --json

What rounding took when the adapter was merged does not come back: with --base the report says how much that is. A DoRA
adapter and one with whole modules cannot be taken out: what they replaced is not in the merged model.)";

struct Options {
  std::string model, adapter, base, output, name;
  std::string dtype = "bfloat16";
};

void unmerge(const Options& options, Context& context) {
  const auto source = model::resolve_adapter(context.registry(), options.adapter, options.model);
  std::string base;
  if (!options.base.empty()) base = model::resolve_model(context.registry(), options.base).model_path.string();
  if (context.dry_run) {
    return context.print({{"dry_run", true}, {"adapter", source.uri}, {"output", options.output}},
                         fmt::format("would take {} out into {}\n", source.uri, options.output));
  }
  registry::Run run(
      context.registry(),
      {.command = "unmerge", .argv = context.argv, .config = {{"adapter", source.uri}, {"dtype", options.dtype}}});
  model::record_inputs(run, source);
  const quant::UnmergeReport report = quant::unmerge_model({.model = source.model_path.string(),
                                                            .adapter = source.adapter_path.string(),
                                                            .output = options.output,
                                                            .dtype = options.dtype,
                                                            .threads = context.threads},
                                                           base);
  const registry::Artifact model = run.add_output(report.output, "model");
  Json json = {{"run_id", run.id()}};
  json.update(report.json());
  json["bytes"] = model.bytes;
  finish_with_model(context.registry(), run, model, options.name, {{"format", "huggingface"}, {"dtype", options.dtype}},
                    json);
  std::string text = fmt::format("model          {}\nsize           {}\nrun            {}\n", report.output,
                                 format_bytes(model.bytes), run.id());
  if (report.drift) text += drift_text("from the base", *report.drift);
  context.print(json, text);
}

}  // namespace

void add_unmerge(CLI::App& root, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* cmd = root.add_subcommand("unmerge", "Take a merged adapter out of a model again");
  cmd->add_option("model", options->model, "Model that an adapter was merged into: path or URI")->required();
  cmd->add_option("--adapter", options->adapter, "The PEFT adapter: path or URI")->required();
  cmd->add_option("-o,--output", options->output, "Folder to create")->required();
  cmd->add_option("--base", options->base, "The base model, to compare with");
  cmd->add_option("--dtype", options->dtype, "Number format of the weights")
      ->check(CLI::IsMember({"bfloat16", "float16", "float32"}))
      ->capture_default_str();
  cmd->add_option("--name", options->name, "Register the result as models:/NAME/N");
  cmd->footer(kFooter);
  cmd->callback([options, &context] { unmerge(*options, context); });
}

}  // namespace llmops::apps
