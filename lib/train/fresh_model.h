// A model as it is before its first step: a configuration, a tokenizer, random weights. Free of libtorch.
#pragma once

#include <filesystem>

#include "model/model_config.h"
#include "text/tokenizer.h"
#include "train/recipe.h"

namespace llmops::train {

/// Of `base_model_config`; where it does not say, the vocabulary is the tokenizer's and its begin and end are the
/// tokenizer's.
/// @throws InputError  as parse_model_config(); for a vocabulary smaller than the tokenizer's
model::ModelConfig fresh_config(const PretrainRecipe& recipe, const text::Tokenizer& tokenizer);

/// The configuration that training starts from: a fresh one, or the base model's, or of a reward model made of it.
model::ModelConfig starting_config(const FinetuneRecipe& recipe, const text::Tokenizer& tokenizer);

/// Writes config.json, the tokenizer's files and weights in float32, drawn from `seed` as transformers draws them:
/// matrices and embeddings normal with deviation `initializer_range` (GPT-2's projections back into the residual
/// stream less by the root of twice the layers), biases zero, norms one.
void write_fresh_model(const PretrainRecipe& recipe, std::uint64_t seed, const text::Tokenizer& tokenizer,
                       const std::filesystem::path& directory);

}  // namespace llmops::train
