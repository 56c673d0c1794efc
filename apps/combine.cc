// `llmops combine`: several adapters of one base as one, the run recorded.
#include <fmt/format.h>

#include "apps/commands.h"
#include "apps/model_output.h"
#include "core/files.h"
#include "core/units.h"
#include "model/adapter_record.h"
#include "model/combined_adapter.h"
#include "model/model_source.h"
#include "quant/weight_source.h"

namespace llmops::apps {
namespace {

constexpr const char* kFooter = R"(Examples:
  llmops combine out/triage out/tone -o out/both
  llmops combine models:/triage/1 models:/tone/2 --weight 0.7 --weight 0.3 -o out/both --name both
  llmops combine out/triage --weight 0.5 -o out/half

The ranks of all stand side by side in the new adapter, so it does exactly what they do together, each times its weight
(1 where none is given). Adapters with DoRA or whole modules replace the base's weights and cannot be added.)";

struct Options {
  std::vector<std::string> adapters;
  std::vector<double> weights;
  std::string base, output, name;
};

std::vector<model::ModelSource> resolve(const Options& options, Context& context) {
  if (!options.weights.empty() && options.weights.size() != options.adapters.size()) {
    throw UsageError(
        fmt::format("{} weights are given for {} adapters", options.weights.size(), options.adapters.size()),
        "give --weight once for each adapter, in their order, or not at all");
  }
  std::vector<model::ModelSource> sources;
  for (const std::string& adapter : options.adapters) {
    sources.push_back(model::resolve_adapter(context.registry(), adapter, options.base));
    if (sources.back().model_path != sources.front().model_path) {
      throw InputError(
          fmt::format("'{}' is of another base model than '{}': {}, not {}", adapter, options.adapters.front(),
                      sources.back().model_path.string(), sources.front().model_path.string()),
          "where both are copies of one model, name it with --base");
    }
  }
  return sources;
}

/// @returns the new adapter's rank
int write_combined(const std::vector<model::ModelSource>& sources, const Options& options) {
  const model::ModelConfig base = quant::open_weights(sources.front().model_path).config;
  std::vector<model::WeightedAdapter> parts;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    model::check_adapter_fits(sources[i].adapter_path, sources[i].model_path);
    parts.push_back({model::read_lora(sources[i].adapter_path, base), sources[i].given,
                     options.weights.empty() ? 1.0 : options.weights[i]});
  }
  AtomicDirectory target(options.output, /*replace=*/false);
  const model::LoraAdapter combined = model::combined_adapter(parts, base);
  model::write_adapter(combined, base, target.path());
  if (const auto record = model::read_adapter_record(sources.front().adapter_path)) {
    model::write_adapter_record(*record, target.path());
  }
  target.commit();
  return combined.config.r;
}

void combine(const Options& options, Context& context) {
  const std::vector<model::ModelSource> sources = resolve(options, context);
  std::vector<std::string> uris;
  uris.reserve(sources.size());
  for (const model::ModelSource& source : sources) uris.push_back(source.uri);
  if (context.dry_run) {
    return context.print({{"dry_run", true}, {"adapters", uris}, {"output", options.output}},
                         fmt::format("would combine {} adapters into {}\n", uris.size(), options.output));
  }
  registry::Run run(
      context.registry(),
      {.command = "combine", .argv = context.argv, .config = {{"adapters", uris}, {"weights", options.weights}}});
  for (const model::ModelSource& source : sources) model::record_inputs(run, source);
  const int rank = write_combined(sources, options);
  const registry::Artifact combined = run.add_output(options.output, "adapter");
  Json json = {{"run_id", run.id()}, {"adapter", options.output}, {"rank", rank}, {"bytes", combined.bytes}};
  finish_with_model(context.registry(), run, combined, options.name, {{"format", "peft"}}, json);
  context.print(json, fmt::format("adapter        {}\nrank           {}\nsize           {}\nrun            {}\n",
                                  options.output, rank, format_bytes(combined.bytes), run.id()));
}

}  // namespace

void add_combine(CLI::App& root, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* cmd = root.add_subcommand("combine", "Make one adapter of several");
  cmd->add_option("adapters", options->adapters, "PEFT adapters of one base: paths or URIs")->required();
  cmd->add_option("-o,--output", options->output, "Folder to create")->required();
  cmd->add_option("-w,--weight", options->weights, "What an adapter is multiplied by; once for each, in their order")
      ->allow_extra_args(false);
  cmd->add_option("--base", options->base, "Base model, instead of the one the adapters name");
  cmd->add_option("--name", options->name, "Register the result as models:/NAME/N");
  cmd->footer(kFooter);
  cmd->callback([options, &context] { combine(*options, context); });
}

}  // namespace llmops::apps
