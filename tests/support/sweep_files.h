// A sweep and its recipe as files of a folder.
#pragma once

#include <string>

#include "core/files.h"
#include "support/temporary_directory.h"
#include "sweep/sweep_recipe.h"

namespace llmops::test {

struct SweepFiles {
  explicit SweepFiles(const std::string& recipe_lines = "") {
    write_file_atomic(folder.path() / "recipe.yaml",
                      "base_model: m\ndatasets: [{path: data.jsonl}]\noutput_dir: out\n" + recipe_lines);
  }
  /// @param lines  of the sweep, from its second on
  sweep::SweepRecipe read(const std::string& lines, const std::vector<std::string>& overrides = {}) const {
    const fs::path path = folder.path() / "sweep.yaml";
    write_file_atomic(path, "recipe: " + (folder.path() / "recipe.yaml").string() + "\n" + lines);
    return sweep::read_sweep_recipe(path, overrides);
  }

  TemporaryDirectory folder;
};

}  // namespace llmops::test
