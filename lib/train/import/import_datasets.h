// The data of another tool's recipe.
#pragma once

#include "train/import/import_keys.h"

namespace llmops::train {

/// axolotl's `datasets` and `test_datasets`. @param comparing  answers are compared (rl)
void import_axolotl_datasets(const ImportEntry& entry, bool comparing, RecipeDraft& draft);

/// A dataset's path, with what to do first where it is of the hub.
std::string dataset_path(const std::string& name, RecipeDraft& draft);

}  // namespace llmops::train
