// `prepare`: raw files to a registered dataset version.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/progress.h"
#include "data/write/report.h"
#include "registry/registry.h"

namespace llmops::data {

struct PrepareOptions {
  std::string source;                  ///< a recipe (.yaml, .yml), or a folder or file of raw data
  std::vector<std::string> overrides;  ///< "dedup.exact=false"
  std::string name;                    ///< of the dataset; "": the recipe's, else by the source's name
  std::string output;                  ///< folder to create; "": the recipe's, else inside the registry's home
  std::string max_bad;                 ///< "1%"; "": the recipe's
  int threads = 0;                     ///< 0: all processors
  bool dry_run = false;                ///< count, but write and register nothing
  std::vector<std::string> argv;       ///< the command line as typed, for the record
};

struct PrepareResult {
  PrepareReport report;
  std::string dataset;  ///< data:/NAME@VERSION; "" on a dry run
  int version = 0;
  std::filesystem::path path;
  std::string run_id;
  double wall_s = 0;

  Json json() const;
  /// @param width  columns of the terminal; 0 means never cut
  std::string text(int width) const;
};

/// By its extension, .yaml or .yml.
bool is_recipe(const std::filesystem::path& path);

/// The recipe that `options` ask for, flags applied. @throws NotFoundError, ConfigError, UsageError
PrepareRecipe load_prepare_recipe(const PrepareOptions& options);

/// Reads and counts a corpus. Text only: what runs before the registry is touched, and what tests use.
/// @throws InputError  when more than `max_bad` of the records are rejected, or none is kept
Corpus prepare_corpus(const PrepareRecipe& recipe, const InputFiles& inputs, int threads, Progress& progress);

/// The whole command.
/// @throws the above, and what the registry and the tokenizer throw; nothing is registered then
PrepareResult run_prepare(const PrepareOptions& options, registry::Registry& registry, Progress& progress);

}  // namespace llmops::data
