// Records of preferences to units of two examples.
#pragma once

#include "train/example_maker.h"
#include "train/preference_recipe.h"

namespace llmops::train {

/// Units one after another: the chosen answer, then the rejected one; or with "kto" an answer, then that of the record
/// before to the same prompt, by which it is estimated how far the model is from its reference. A unit of which one
/// example has nothing left within the sequence length is dropped, and counted.
/// @param records  of one file
std::vector<Example> preference_examples(const PreferenceRecipe& recipe, const std::vector<Record>& records,
                                         const ExampleMaker& maker, ExampleCounts& counts);

}  // namespace llmops::train
