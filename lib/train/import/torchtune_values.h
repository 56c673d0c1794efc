// Values of torchtune's configurations: components, references, and the data sets that are built in.
#pragma once

#include "train/import/import_keys.h"

namespace llmops::train {

/// "lora_llama3_2_1b" of "torchtune.models.llama3_2.lora_llama3_2_1b".
std::string component_name(const std::string& component);

/// Puts in the place of every ${dotted.key} what that key says; what cannot be found stays.
void resolve_references(config::YamlTree& root);

/// `dataset` and `dataset_val`, and what they say beside the data. @param comparing  answers are compared
void import_torchtune_datasets(const config::YamlTree& root, bool comparing, RecipeDraft& draft);

}  // namespace llmops::train
