// What later steps need to know of each record without its text: hashes, lengths, and the bands of its MinHash.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/hash128.h"
#include "data/dedup/minhash.h"
#include "data/dedup/shingles.h"
#include "data/recipe.h"
#include "data/store/stored_file.h"

namespace llmops::data {

struct Features {
  Hash128 content;              ///< of the normalized words: two XXH3 with different seeds
  Hash128 id;                   ///< of the record's id
  std::uint64_t stratum = 0;    ///< hash of the field that `split.stratify` names
  std::uint64_t group = 0;      ///< hash of the field that `balance.field` names
  double order = 0;             ///< value of the field that `order.by` names
  double score = 0;             ///< value of the field that `dedup.score_field` names
  std::uint32_t words = 0;      ///< of the text, or of what the user wrote
  std::uint32_t chars = 0;      ///< code points of the whole record
  std::uint32_t source = 0;     ///< index into PrepareRecipe::inputs
  std::uint32_t has_bands = 0;  ///< 0 for a record without any word
};

static_assert(sizeof(Features) == 80, "a stored format: raise the version in features.cc");

/// Of the records of one unit, in order.
struct UnitFeatures {
  std::vector<Features> records;
  std::vector<std::uint64_t> bands;  ///< (bands, records), zeros where a record has none
};

/// Computes features. Immutable; safe to share between threads.
class FeatureExtractor {
 public:
  explicit FeatureExtractor(const PrepareRecipe& recipe);
  /// @param words  of its text; none where they are not known yet
  void add(const Record& record, const std::optional<TextWords>& words, std::uint32_t source, UnitFeatures& out) const;
  /// add() puts a record's bands together; this puts each band's records together.
  void finish(UnitFeatures& out) const;
  /// Of what decides the numbers.
  const std::string& key() const { return key_; }

 private:
  PrepareRecipe recipe_;
  MinHasher hasher_;
  std::string key_;
};

std::string encode_features(const UnitFeatures& features);

/// A stored file of features, read a column at a time.
class FeatureFile {
 public:
  /// @returns none where there is no such file, or one that is damaged
  static std::optional<FeatureFile> open(const std::filesystem::path& path, bool check);

  std::uint64_t count() const { return count_; }
  std::vector<Features> records() const;
  std::vector<std::uint64_t> band(int index) const;

 private:
  explicit FeatureFile(StoredFile file) : file_(std::move(file)) {}
  StoredFile file_;
  std::uint64_t count_ = 0;
};

}  // namespace llmops::data
