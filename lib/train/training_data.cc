// Loads a recipe's examples and holds the validation share out.
#include "train/training_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>

#include "core/cancel.h"
#include "core/error.h"
#include "core/hash.h"
#include "train/groups.h"
#include "train/preference_data.h"
#include "train/random.h"

namespace llmops::train {
namespace {

std::string_view bytes_of(const Example& example) {
  return {reinterpret_cast<const char*>(example.tokens.data()), example.tokens.size() * sizeof(std::int32_t)};
}

std::vector<Example> load_set(const std::vector<DatasetSpec>& specs, const PreferenceRecipe& preference,
                              const ExampleMaker& maker, Groups& groups, ExampleCounts& counts,
                              std::string* first_form) {
  std::vector<Example> examples;
  for (const DatasetSpec& spec : specs) {
    const std::vector<Record> records = read_records(spec);
    if (preference.compares_data()) {
      if (first_form != nullptr) *first_form = "preference";
      for (Example& example : preference_examples(preference, records, maker, counts)) {
        examples.push_back(std::move(example));
      }
      continue;
    }
    const RecordForm form = record_form(spec.type, records.front(), spec.chat);
    if (first_form != nullptr && first_form->empty()) *first_form = record_form_name(form);
    for (const Record& record : records) {
      throw_if_cancelled();
      std::vector<Example> made = maker.make(form, record, counts, spec.chat);
      groups.mark(record, made);
      std::move(made.begin(), made.end(), std::back_inserter(examples));
    }
  }
  return examples;
}

[[noreturn]] void throw_nothing_usable(const char* set, const ExampleCounts& counts, int sequence_len) {
  throw InputError(fmt::format("no usable {} example: of {} records, {} have no supervised token within {} tokens", set,
                               counts.records, counts.unsupervised, sequence_len),
                   counts.cut > 0 ? "raise 'sequence_len': the answers lie behind the cut"
                                  : "the records hold no answer to learn from");
}

/// Moves about `wanted` units, those whose first examples have the lowest hashes, from `train` to `validation`; equal
/// ones go together.
void hold_out(std::size_t wanted, std::uint64_t seed, std::size_t unit, std::vector<Example>& train,
              std::vector<Example>& validation) {
  std::vector<std::uint64_t> hashes;
  for (std::size_t i = 0; i < train.size(); i += unit) {
    hashes.push_back(xxh3_64(bytes_of(train[i]), Random({seed, kSplitStream}).next()));
  }
  std::vector<std::uint64_t> sorted = hashes;
  std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(wanted - 1), sorted.end());
  const std::uint64_t last = sorted[wanted - 1];
  std::vector<Example> kept;
  for (std::size_t i = 0; i < train.size(); ++i) {
    (hashes[i / unit] <= last ? validation : kept).push_back(std::move(train[i]));
  }
  train = std::move(kept);
}

void recount(const std::vector<Example>& examples, std::size_t unit, ExampleCounts& counts) {
  counts.examples = static_cast<std::int64_t>(examples.size() / unit);
  counts.tokens = counts.supervised_tokens = 0;
  for (const Example& example : examples) {
    counts.tokens += example.length();
    counts.supervised_tokens += example.supervised_tokens;
  }
}

std::string fingerprint_of(const TrainingData& data) {
  Sha256 hash;
  for (const auto* set : {&data.train, &data.validation}) {
    hash.update(fmt::format("{} examples\n", set->size()));
    for (const Example& example : *set) {
      hash.update(fmt::format("{}\n", example.length()));
      hash.update(bytes_of(example));
      hash.update({reinterpret_cast<const char*>(example.supervised.data()), example.supervised.size()});
      if (!example.desirable) hash.update("undesirable\n");
      if (example.group >= 0) hash.update(data.groups[static_cast<std::size_t>(example.group)] + "\n");
      if (example.margin != 0) hash.update(fmt::format("margin {}\n", example.margin));
    }
  }
  return hash.hex();
}

}  // namespace

TrainingData load_training_data(const FinetuneRecipe& recipe, const text::Tokenizer& tokenizer,
                                const text::ChatTemplate* chat_template) {
  const ExampleMaker maker(tokenizer, chat_template, {recipe.sequence_len, recipe.train_on_inputs});
  Groups groups(recipe.debias.attribute);
  TrainingData data;
  data.train = load_set(recipe.datasets, recipe.preference, maker, groups, data.train_counts, &data.form);
  if (data.train.empty()) throw_nothing_usable("training", data.train_counts, recipe.sequence_len);
  if (!recipe.test_datasets.empty()) {
    data.validation = load_set(recipe.test_datasets, recipe.preference, maker, groups, data.validation_counts, nullptr);
    if (data.validation.empty()) throw_nothing_usable("validation", data.validation_counts, recipe.sequence_len);
  } else if (recipe.val_set_size > 0) {
    const double size = recipe.val_set_size;
    const auto unit = static_cast<std::size_t>(recipe.preference.examples_per_unit());
    const std::size_t all = data.train.size() / unit;
    const auto wanted =
        static_cast<std::size_t>(size > 1 ? std::floor(size) : std::ceil(size * static_cast<double>(all)));
    if (wanted < all) hold_out(wanted, recipe.seed, unit, data.train, data.validation);
    if (data.train.empty() || data.validation.empty()) {
      throw InputError(
          fmt::format("val_set_size {} leaves nothing to train on: there are {} usable examples", size, all),
          "lower it; 0 turns validation off");
    }
    recount(data.validation, unit, data.validation_counts);
    recount(data.train, unit, data.train_counts);
  }
  data.groups = groups.finish(data.train, data.validation);
  data.fingerprint = fingerprint_of(data);
  return data;
}

}  // namespace llmops::train
