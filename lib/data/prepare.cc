// The command: recipe, corpus, folder, registry.
#include "data/prepare.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <numeric>

#include "core/error.h"
#include "core/files.h"
#include "core/process.h"
#include "core/units.h"
#include "data/write_dataset.h"
#include "registry/datasets.h"
#include "registry/resolve.h"
#include "registry/run.h"

namespace llmops::data {

namespace {

bool is_recipe(const fs::path& path) { return path.extension() == ".yaml" || path.extension() == ".yml"; }

std::uint64_t total(const Counts& counts) {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const auto& entry) { return sum + entry.second; });
}

// "12 bad_json, 3 invalid_utf8", the most frequent first.
std::string list_counts(const Counts& counts) {
  std::vector<std::pair<std::string, std::uint64_t>> sorted(counts.begin(), counts.end());
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  std::string text;
  for (const auto& [rule, count] : sorted) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, rule);
  return text;
}

std::string first_rejected(const Corpus& corpus) {
  for (const Item& item : corpus.items) {
    const Loss* loss = item.loss();
    if (loss == nullptr || loss->kind != Loss::Kind::kRejected) continue;
    return fmt::format("{}:{}: {}", corpus.files[item.origin.file].name, item.origin.line, loss->rule);
  }
  return "";
}

void check_rejected(const Corpus& corpus, double max_bad) {
  const PrepareReport report = count_corpus("", corpus);
  const std::uint64_t bad = total(report.rejected);
  if (static_cast<double>(bad) <= max_bad * static_cast<double>(report.read)) return;
  throw InputError(fmt::format("{} of {} records cannot be read ({}), more than the {:g}% allowed", bad, report.read,
                               list_counts(report.rejected), 100 * max_bad),
                   fmt::format("the first is {}; correct the input or the mapping, or raise --max-bad",
                               first_rejected(corpus)));
}

void check_kept(const Corpus& corpus) {
  PrepareReport report = count_corpus("", corpus);
  if (report.kept > 0) return;
  Counts lost = report.rejected;
  lost.merge(report.dropped);
  const std::string why = lost.empty() ? "the files hold none" : list_counts(lost);
  throw InputError(fmt::format("no usable record in {} read ({})", report.read, why),
                   "check 'inputs' and the length rules of the recipe");
}

// Where the data lies when neither the flag nor the recipe says: a name that only equal content shares.
fs::path output_folder(const PrepareOptions& options, const PrepareRecipe& recipe, const fs::path& home,
                       const std::string& key) {
  if (!options.output.empty()) return options.output;
  if (!recipe.output.empty()) return recipe.output;
  return home / "data" / recipe.name / key.substr(0, 12);
}

void check_name(const std::string& name) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  };
  if (!name.empty() && name[0] != '.' && std::all_of(name.begin(), name.end(), plain)) return;
  throw UsageError("'" + name + "' is not a name for a dataset", "use letters, digits, '-', '_' and '.', or set --name");
}

void add_inputs(registry::Run& run, const PrepareOptions& options, const InputFiles& inputs, const fs::path& tokenizer,
                const PrepareRecipe& recipe) {
  for (const fs::path& root : inputs.roots) run.add_input(root, "raw_data", root.filename().string());
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

PrepareRecipe load_prepare_recipe(const PrepareOptions& options) {
  const fs::path source(options.source);
  if (!fs::exists(source)) {
    throw NotFoundError("'" + options.source + "' is not there", "give a recipe (.yaml), or a folder of raw data");
  }
  PrepareRecipe recipe = is_recipe(source) ? read_prepare_recipe(source, options.overrides)
                                           : default_prepare_recipe(source, options.overrides);
  if (!options.name.empty()) recipe.name = options.name;
  if (recipe.name.empty()) recipe.name = source.stem().string();
  if (!options.max_bad.empty()) recipe.max_bad = parse_share(options.max_bad);
  check_name(recipe.name);
  return recipe;
}

Corpus prepare_corpus(const PrepareRecipe& recipe, const InputFiles& inputs, int threads, Progress& progress) {
  Corpus corpus = read_corpus(recipe, inputs, threads, progress);
  check_rejected(corpus, recipe.max_bad);
  split_by_cluster(corpus, recipe, threads);
  check_kept(corpus);
  return corpus;
}

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
  registry::Run run(registry, {"prepare", options.argv, recipe.json(), recipe.split.seed, "cpu", ""});
  result.run_id = run.id();
  try {
    fs::path tokenizer;
    std::unique_ptr<RecordEncoder> encoder;
    if (!recipe.pack.tokenizer.empty()) {
      tokenizer = registry::resolve(registry, recipe.pack.tokenizer).path;
      encoder = std::make_unique<RecordEncoder>(tokenizer);
    }
    add_inputs(run, options, inputs, tokenizer, recipe);
    const Corpus corpus = prepare_corpus(recipe, inputs, options.threads, progress);
    result.report = count_corpus(recipe.name, corpus);
    write_and_register(options, recipe, corpus, encoder.get(), registry, run, result);
  } catch (const Error& error) {
    run.set_error(error.what());
    throw;
  }
  finish();
  run.log_metric("kept", static_cast<double>(result.report.kept));
  run.finish(result.json());
  return result;
}

}  // namespace llmops::data
