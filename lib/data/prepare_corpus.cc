// The part of `prepare` that needs no registry: the recipe with flags applied, and a corpus worth writing.
#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"
#include "core/files.h"
#include "data/prepare.h"

namespace llmops::data {

namespace {

struct Tally {
  std::uint64_t kept = 0, bad = 0;
  Counts rejected, lost;  ///< `lost` has the dropped ones too
};

Tally tally(const Corpus& corpus) {
  Tally counts;
  for (const Item& item : corpus.items) {
    const Loss* loss = item.loss();
    if (loss == nullptr) {
      ++counts.kept;
      continue;
    }
    ++counts.lost[loss->rule];
    if (loss->kind != Loss::Kind::kRejected) continue;
    ++counts.bad;
    ++counts.rejected[loss->rule];
  }
  return counts;
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
  const Tally counts = tally(corpus);
  if (static_cast<double>(counts.bad) <= max_bad * static_cast<double>(corpus.items.size())) return;
  throw InputError(
      fmt::format("{} of {} records cannot be read ({}), more than the {:g}% allowed", counts.bad, corpus.items.size(),
                  list_counts(counts.rejected), 100 * max_bad),
      fmt::format("the first is {}; correct the input or the mapping, or raise --max-bad", first_rejected(corpus)));
}

void check_kept(const Corpus& corpus) {
  const Tally counts = tally(corpus);
  if (counts.kept > 0) return;
  const std::string why = counts.lost.empty() ? "the files hold none" : list_counts(counts.lost);
  throw InputError(fmt::format("no usable record in {} read ({})", corpus.items.size(), why),
                   "check 'inputs' and the length rules of the recipe");
}

void check_name(const std::string& name) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.';
  };
  if (!name.empty() && name[0] != '.' && std::all_of(name.begin(), name.end(), plain)) return;
  throw UsageError("'" + name + "' is not a name for a dataset",
                   "use letters, digits, '-', '_' and '.', or set --name");
}

}  // namespace

bool is_recipe(const fs::path& path) { return path.extension() == ".yaml" || path.extension() == ".yml"; }

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

}  // namespace llmops::data
