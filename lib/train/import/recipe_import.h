// Recipes of axolotl and torchtune as recipes of this program, with a list of what has no counterpart.
#pragma once

#include <filesystem>

#include "train/import/recipe_draft.h"

namespace llmops::train {

struct ImportedRecipe {
  std::string tool;                ///< "axolotl" or "torchtune"
  Json recipe;                     ///< keys of this program
  std::vector<LostKey> lost;       ///< in the order of lines
  std::vector<std::string> to_do;  ///< what a person must do before it runs

  bool result_changes() const;
  /// What read_finetune_recipe() reads, below a comment that says where it came from.
  std::string yaml(const std::string& origin) const;
  Json json(const std::string& origin) const;
  /// What was lost, for people: first what changes the result. "" for nothing.
  std::string notes(const std::string& origin) const;
};

/// @throws NotFoundError; ConfigError for a file that is not YAML; InputError for one that is no recipe for training
ImportedRecipe import_recipe(const std::filesystem::path& file);

// One tool each; `root` is a mapping.
void import_axolotl(const config::YamlTree& root, RecipeDraft& draft);
/// @throws InputError  for a configuration of another of torchtune's commands
void import_torchtune(const config::YamlTree& root, const std::string& origin, RecipeDraft& draft);

}  // namespace llmops::train
