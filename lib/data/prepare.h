// `prepare`: raw files to a registered dataset version.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/progress.h"
#include "data/embed_texts.h"
#include "data/write/report.h"
#include "registry/registry.h"

namespace llmops::data {

struct PrepareOptions {
  std::string source;                   ///< a recipe (.yaml, .yml), or a folder or file of raw data
  std::vector<std::string> overrides;   ///< "dedup.exact=false"
  std::string name;                     ///< of the dataset; "": the recipe's, else by the source's name
  std::string output;                   ///< folder to create; "": the recipe's, else inside the registry's home
  std::string max_bad;                  ///< "1%"; "": the recipe's
  std::vector<std::string> filter_cmd;  ///< in the place of the recipe's; empty: the recipe's
  std::string memory = "2G";            ///< to stay within: "500M", "2G"; what comes out does not depend on it
  std::string work;                     ///< folder of stored steps; "": inside the registry's home
  std::string shard;                    ///< "2/8": only store the steps of one of 8 parts of the input
  bool keep_steps = true;               ///< so that the next run reuses them
  int threads = 0;                      ///< 0: all processors
  bool dry_run = false;                 ///< count, but write and register nothing
  std::vector<std::string> argv;        ///< the command line as typed, for the record
  /// Opens the model of `dedup.semantic`, which only a later layer can.
  std::function<TextEmbedder(const std::string& model)> open_embedder;
};

struct PrepareResult {
  PrepareReport report;
  std::string shard;               ///< as asked for; "" for a whole run
  std::uint64_t units = 0;         ///< parts of a few megabytes that the input was cut into
  std::uint64_t units_reused = 0;  ///< that were stored already
  std::string dataset;             ///< data:/NAME@VERSION; "" on a dry run
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

/// The whole command.
/// @throws as prepare_corpus(), and what the registry and the tokenizer throw; nothing is registered then
PrepareResult run_prepare(const PrepareOptions& options, registry::Registry& registry, Progress& progress);

}  // namespace llmops::data
