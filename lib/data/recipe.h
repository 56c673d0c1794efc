// The prepare recipe: what to read, how to clean, what to write. Everything but `inputs` has a default.
#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "data/clean/clean_spec.h"
#include "data/dedup/dedup_spec.h"
#include "data/pii/pii_spec.h"
#include "data/read/input_spec.h"
#include "data/rules/decontaminate.h"
#include "data/select/select_spec.h"

namespace llmops::data {

struct PackSpec {
  std::string tokenizer;    ///< models:/ URI or path; "" writes text only
  int sequence_len = 1024;  ///< tokens of a packed row
};

struct OutputSpec {
  std::string path;  ///< folder; "": inside the registry's home
  /// "jsonl" (always written: it is what other commands read), "packed" (where there is a tokenizer), "parquet"
  std::vector<std::string> formats = {"jsonl", "packed"};

  bool has(std::string_view format) const { return std::find(formats.begin(), formats.end(), format) != formats.end(); }
};

struct PrepareRecipe {
  std::string name;                ///< of the dataset; "": by the recipe's or folder's name
  std::filesystem::path folder;    ///< that relative inputs start from
  std::filesystem::path registry;  ///< the file that "registry:requests" reads; not part of the recipe
  std::vector<InputSpec> inputs;
  CleanSpec clean;
  DedupSpec dedup;
  PiiSpec pii;
  DecontaminateSpec decontaminate;
  SelectSpec select;
  PackSpec pack;
  OutputSpec output;
  double max_bad = 0.05;  ///< share of rejected records above which nothing is written; 1 is off

  /// All that decides the content of the output, defaults included.
  Json json() const;
};

/// @throws NotFoundError; ConfigError listing every problem, e.g. "prepare.yaml:7: unknown key 'lenght'"
/// @param filter_cmd  in the place of the recipe's; empty: the recipe's
PrepareRecipe read_prepare_recipe(const std::filesystem::path& path, const std::vector<std::string>& overrides,
                                  const std::vector<std::string>& filter_cmd = {});

/// The recipe of `llmops prepare FOLDER`: that folder or file, and all defaults. @throws ConfigError
PrepareRecipe default_prepare_recipe(const std::filesystem::path& raw, const std::vector<std::string>& overrides,
                                     const std::vector<std::string>& filter_cmd = {});

/// "1%" or "0.01" to 0.01. @throws UsageError
double parse_share(const std::string& text);

}  // namespace llmops::data
