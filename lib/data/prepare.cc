// The command: recipe, corpus, folder, registry.
#include "data/prepare.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "core/error.h"
#include "core/files.h"
#include "data/write/write_dataset.h"
#include "registry/datasets.h"
#include "registry/resolve.h"
#include "registry/run.h"

namespace llmops::data {

namespace {

// Where the data lies when neither the flag nor the recipe says: a name that only equal content shares.
fs::path output_folder(const PrepareOptions& options, const PrepareRecipe& recipe, const fs::path& home,
                       const std::string& key) {
  if (!options.output.empty()) return options.output;
  if (!recipe.output.empty()) return recipe.output;
  return home / "data" / recipe.name / key.substr(0, 12);
}

// The inputs' folders; file by file where one of them could not be read, since a folder's hash needs all of it.
void add_inputs(registry::Run& run, const PrepareOptions& options, const PrepareRecipe& recipe,
                const InputFiles& inputs, const Corpus& corpus, const fs::path& tokenizer) {
  const auto unread = [](const ReadFile& file) { return file.sha256.empty(); };
  if (std::none_of(corpus.files.begin(), corpus.files.end(), unread)) {
    for (const fs::path& root : inputs.roots) run.add_input(root, "raw_data", root.filename().string());
  } else {
    for (std::size_t i = 0; i < inputs.files.size(); ++i) {
      if (!unread(corpus.files[i])) run.add_input(inputs.files[i].path, "raw_data", inputs.files[i].name);
    }
  }
  if (is_recipe(options.source)) run.add_input(options.source, "recipe", options.source);
  if (!tokenizer.empty()) run.add_input(tokenizer, "model", recipe.pack.tokenizer);
}

// Writes the folder, then registers it: a version never points at something unfinished.
void write_and_register(const PrepareOptions& options, const PrepareRecipe& recipe, const Corpus& corpus,
                        const RecordEncoder* encoder, registry::Registry& registry, registry::Run& run,
                        PrepareResult& result) {
  const fs::path folder =
      fs::absolute(output_folder(options, recipe, registry.home(), dataset_key(corpus, recipe, encoder)));
  const bool named_by_content = options.output.empty() && recipe.output.empty();
  fs::create_directories(folder.parent_path());
  AtomicDirectory directory(folder, /*replace=*/named_by_content);
  write_dataset(corpus, recipe, encoder, options.threads, directory.path(), result.report);
  directory.commit();
  const registry::Artifact artifact = run.add_output(folder, "dataset", recipe.name);
  const auto version = registry::register_dataset(registry, recipe.name, artifact, run.id(), result.report.json());
  result.version = version.version;
  result.dataset = fmt::format("data:/{}@{}", recipe.name, version.version);
  result.path = folder;
}

}  // namespace

PrepareResult run_prepare(const PrepareOptions& options, registry::Registry& registry, Progress& progress) {
  const auto start = std::chrono::steady_clock::now();
  const PrepareRecipe recipe = load_prepare_recipe(options);
  const InputFiles inputs = find_inputs(recipe);
  PrepareResult result;
  const auto finish = [&] {
    result.wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  if (options.dry_run) {
    result.report = count_corpus(recipe.name, prepare_corpus(recipe, inputs, options.threads, progress));
    finish();
    return result;
  }
  registry::RunStart started;
  started.command = "prepare";
  started.argv = options.argv;
  started.config = recipe.json();
  started.seed = recipe.split.seed;
  registry::Run run(registry, started);
  result.run_id = run.id();
  fs::path tokenizer;
  std::unique_ptr<RecordEncoder> encoder;
  if (!recipe.pack.tokenizer.empty()) {
    tokenizer = registry::resolve(registry, recipe.pack.tokenizer).path;
    encoder = std::make_unique<RecordEncoder>(tokenizer);
  }
  const Corpus corpus = prepare_corpus(recipe, inputs, options.threads, progress);
  add_inputs(run, options, recipe, inputs, corpus, tokenizer);
  result.report = count_corpus(recipe.name, corpus);
  write_and_register(options, recipe, corpus, encoder.get(), registry, run, result);
  finish();
  run.log_metric("kept", static_cast<double>(result.report.kept));
  run.finish(result.json());
  return result;
}

}  // namespace llmops::data
