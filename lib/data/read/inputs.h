// Which files a recipe's inputs name.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "data/read/slices.h"
#include "data/recipe.h"

namespace llmops::data {

struct InputFile {
  std::filesystem::path path;
  std::string name;  ///< relative to the recipe's folder; used in ids and reports, so that they do not move
  Format format = Format::kJsonl;
  std::size_t input = 0;  ///< index into PrepareRecipe::inputs
};

struct InputFiles {
  std::vector<InputFile> files;      ///< by input, then by path; a file that two inputs name belongs to the first
  std::vector<std::string> skipped;  ///< names of files of no known format
  std::vector<std::filesystem::path> roots;  ///< the folder (or file) of each input, each once, for the lineage
};

/// @throws NotFoundError  for a path or pattern that matches nothing; InputError when no file has a known format
InputFiles find_inputs(const PrepareRecipe& recipe);

/// Shell patterns on "/"-separated paths: `*` and `?` within a name, `**` for any number of folders.
bool glob_matches(std::string_view pattern, std::string_view path);

}  // namespace llmops::data
