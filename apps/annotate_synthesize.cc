// `llmops annotate synthesize`: records that a model writes and rules let through.
#include <fmt/format.h>

#include "apps/annotate_work.h"
#include "apps/engine_options.h"
#include "core/files.h"
#include "infer/open_engine.h"
#include "infer/synthesize.h"
#include "registry/run.h"

namespace llmops::apps {
namespace {

constexpr const char* kFooter =
    R"(PROMPT.yaml has a prompt with {{variables}}, their values, a JSON schema that answers are held to, how they are sampled
and which rules they must pass: docs/formats/annotations.md. Every record carries its seed, the prompt's SHA-256 and the
model, and comes again with the same --seed.

Examples:
  llmops annotate synthesize tickets.yaml -n 100 -o tickets.jsonl --model models:/smollm2-135m-instruct/1
  llmops annotate synthesize tickets.yaml -n 20 -o t.jsonl --model m.gguf --validator-cmd 'python3 check.py' --seed 7
  llmops annotate synthesize tickets.yaml -n 20 -o t.jsonl --model m.gguf --rejects rejected.jsonl
  llmops annotate synthesize tickets.yaml --dry-run              reads the recipe and shows the first prompts)";

struct Options {
  std::string recipe, output, rejects;
  std::vector<std::string> overrides;
  EngineArguments engine;
  infer::SynthesizeOptions how;
};

void show_prompts(const data::SynthesisRecipe& recipe, std::uint64_t seed, Context& context) {
  constexpr std::uint64_t kShown = 3;
  Json prompts = Json::array();
  std::string text;
  for (std::uint64_t attempt = 0; attempt < kShown; ++attempt) {
    const Json variables = data::synthesis_variables(recipe, seed, attempt);
    const Json messages = data::filled_messages(recipe, variables);
    prompts.push_back({{"variables", variables}, {"messages", messages}});
    for (const Json& message : messages)
      text += fmt::format("{}: {}\n", message["role"].get<std::string>(), message["content"].get<std::string>());
    text += "\n";
  }
  context.print({{"dry_run", true}, {"recipe", recipe.json()}, {"prompts", prompts}}, text);
}

void synthesize(const Options& options, Context& context) {
  const data::SynthesisRecipe recipe = data::read_synthesis_recipe(options.recipe, options.overrides);
  infer::SynthesizeOptions how = options.how;
  how.seed = context.seed.value_or(0);
  how.model = options.engine.model;
  how.batch = static_cast<std::size_t>(options.engine.engine.max_batch);
  if (context.dry_run) return show_prompts(recipe, how.seed, context);
  if (options.output.empty() || options.engine.model.empty()) {
    throw UsageError("-o and --model are needed", "run 'llmops annotate synthesize --help'");
  }
  Json config = recipe.json();
  config.update({{"model", how.model}, {"count", how.count}, {"validator", how.validator}});
  registry::Run run(context.registry(), {.command = "annotate synthesize",
                                         .argv = context.argv,
                                         .config = std::move(config),
                                         .seed = how.seed,
                                         .device = context.engine_device()});
  run.add_input(options.recipe, "recipe", options.recipe);
  if (!recipe.seeds_file.empty()) run.add_input(recipe.seeds_file, "raw_data");
  const infer::EngineOptions engine_options = resolved_options(options.engine, context);
  run.add_input(engine_options.model, fs::is_directory(engine_options.model) ? "model" : "gguf", options.engine.model);
  if (!engine_options.adapter.empty()) run.add_input(engine_options.adapter, "adapter");
  const auto engine = infer::open_engine(engine_options);
  AtomicFile output(options.output);
  std::optional<AtomicFile> rejects;
  if (!options.rejects.empty()) rejects.emplace(options.rejects);
  const auto report = infer::synthesize(
      *engine, recipe, how, [&output](const Json& record) { output.write(dump_json(record) + "\n"); },
      [&rejects](const Json& reject) {
        if (rejects) rejects->write(dump_json(reject) + "\n");
      },
      context.progress());
  output.commit();
  if (rejects) rejects->commit();
  run.add_output(options.output, "raw_data", options.output);
  run.finish(report.json());
  context.print(report.json(), report.text());
  if (report.accepted < report.wanted) context.exit_code = ExitCode::kFailed;
}

}  // namespace

void add_annotate_synthesize(CLI::App& parent, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* cmd = parent.add_subcommand("synthesize", "Records that a model writes and rules let through");
  cmd->add_option("recipe", options->recipe, "PROMPT.yaml: the prompt, its variables and the rules")->required();
  cmd->add_option("-n,--count", options->how.count, "Records wanted")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  cmd->add_option("-o,--output", options->output, "File of JSON lines to write");
  cmd->add_option("-m,--model", options->engine.model, "Model, adapter or GGUF: path or URI");
  cmd->add_option("--base", options->engine.base, "Base model of an adapter, instead of the one it names");
  cmd->add_option("--adapter", options->engine.adapter, "Adapter to put onto the model");
  add_engine_options(*cmd, options->engine.engine);
  cmd->add_option("--max-attempts", options->how.most_attempts, "Attempts at most; 0 is ten for each record")
      ->capture_default_str();
  cmd->add_option("--validator-cmd", options->how.validator,
                  "Program with the last word: a record on its standard input, exit code 0 accepts it");
  cmd->add_option("--rejects", options->rejects, "File for what was rejected, and why");
  cmd->add_option("--set", options->overrides, "KEY=VALUE in the recipe; may be repeated")->take_all()->expected(1);
  cmd->footer(kFooter);
  cmd->callback([options, cmd, &context] {
    refuse_labelling_options(*cmd);
    synthesize(*options, context);
  });
}

}  // namespace llmops::apps
