// All examples of a recipe: read, tokenized, split into what is learnt and what validates.
#pragma once

#include <string>
#include <vector>

#include "train/example_maker.h"
#include "train/recipe.h"

namespace llmops::train {

/// What a teacher finds likeliest at each supervised token of a set, in the order of its examples (teacher_tokens.h).
struct TeacherTokens {
  int k = 0;                      ///< 0: none
  std::vector<std::int32_t> ids;  ///< (M, k), likeliest first
  std::vector<float> log_probs;   ///< (M, k), nats, at temperature 1
};

/// Examples lie in units of recipe.preference.examples_per_unit(), which stay together: see preference_data.h.
struct TrainingData {
  std::vector<Example> train;
  std::vector<Example> validation;  ///< empty: none
  ExampleCounts train_counts, validation_counts;
  std::string form;                 ///< of the first dataset, "chat_template", "preference"
  std::vector<std::string> groups;  ///< values of recipe.debias.attribute, sorted; empty: none
  /// SHA-256 over tokens, masks, judgements and groups of both sets, in order: what a resumed run must find again.
  std::string fingerprint;
  /// Log-probability of each example's answer before training, where the objective compares with it.
  std::vector<float> train_reference, validation_reference;
  TeacherTokens train_teacher, validation_teacher;  ///< where recipe.distillation is offline
};

/// Validation examples are `test_datasets`, else a share of the data chosen by the hash of each example, so that equal
/// examples never lie on both sides and the choice does not depend on their order in the file.
/// @throws InputError  zero usable examples (saying what was dropped and why)
TrainingData load_training_data(const FinetuneRecipe& recipe, const text::Tokenizer& tokenizer,
                                const text::ChatTemplate* chat_template);

}  // namespace llmops::train
