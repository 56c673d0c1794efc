// The prepare recipe: what to read, how to clean, what to write. Everything but `inputs` has a default.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "data/pii/pii.h"
#include "data/record.h"

namespace llmops::data {

/// One source of records and how its fields become a record. With no mapping at all, a row's own fields decide:
/// messages; prompt and completion; instruction, input and output; text.
struct InputSpec {
  std::string path;               ///< file, folder or glob ("raw/**/*.jsonl"); relative to the recipe's folder
  std::string format;             ///< "jsonl", "csv", "tsv", "txt", "md"; "": by the file's extension
  std::string records = "file";   ///< of txt: "file", "paragraph" or "line" is one record
  std::string id_field;           ///< "": the record's path and line are its id
  std::string text_field;         ///< plain text; "" for none
  std::string messages_field;     ///< a list of {"role", "content"}; "" for none
  std::vector<Message> messages;  ///< turns with {{field}} in their content; empty for none
  Json rename = Json::object();   ///< {"field in the file": "name in this recipe"}
  /// Checks and translates: {"field": ["allowed", ...]} or {"field": {"found": "wanted", ...}}; others are rejected.
  Json values = Json::object();
};

struct CleanSpec {
  bool nfc = true;                   ///< `unicode: nfc` or `keep`
  bool strip_html = true;            ///< `html: strip` or `keep`; only HTML's own tag names count as tags
  bool collapse = false;             ///< `whitespace: collapse` makes runs of blanks one; `tidy` only trims lines
  int min_words = 1, max_words = 0;  ///< of the text, or of the user's turns; 0 is off
  int min_chars = 1, max_chars = 0;  ///< code points; 0 is off
};

/// MinHash needs more bands for short texts, where a single edit changes a large share of the shingles.
struct MinHashSpec {
  bool enabled = true;
  int ngram = 5;         ///< words a shingle
  int bands = 14;        ///< more bands find more pairs, and take more time
  int rows = 8;          ///< more rows leave fewer pairs to verify
  double jaccard = 0.7;  ///< verified on the shingles themselves
};

struct DedupSpec {
  bool exact = true;
  MinHashSpec minhash;
  bool keep_all = false;  ///< `keep: all` only finds clusters, for the split; `first` drops the others
};

struct PiiSpec {
  enum class Action { kKeep, kRedact, kDrop };
  Action action = Action::kRedact;
  PiiSet types = all_pii();
};

struct SplitSpec {
  double validation = 0.05, test = 0;  ///< shares of the clusters
  std::uint64_t seed = 0;              ///< another seed, another split
};

struct PackSpec {
  std::string tokenizer;    ///< models:/ URI or path; "" writes text only
  int sequence_len = 1024;  ///< tokens of a packed row
};

struct PrepareRecipe {
  std::string name;              ///< of the dataset; "": by the recipe's or folder's name
  std::filesystem::path folder;  ///< that relative inputs start from
  std::vector<InputSpec> inputs;
  CleanSpec clean;
  DedupSpec dedup;
  PiiSpec pii;
  SplitSpec split;
  PackSpec pack;
  double max_bad = 0.05;  ///< share of rejected records above which nothing is written; 1 is off
  std::string output;     ///< folder; "": inside the registry's home

  /// All that decides the content of the output, defaults included.
  Json json() const;
};

/// @throws NotFoundError; ConfigError listing every problem, e.g. "prepare.yaml:7: unknown key 'lenght'"
PrepareRecipe read_prepare_recipe(const std::filesystem::path& path, const std::vector<std::string>& overrides);

/// The recipe of `llmops prepare FOLDER`: that folder or file, and all defaults. @throws ConfigError
PrepareRecipe default_prepare_recipe(const std::filesystem::path& raw, const std::vector<std::string>& overrides);

/// "1%" or "0.01" to 0.01. @throws UsageError
double parse_share(const std::string& text);

}  // namespace llmops::data
