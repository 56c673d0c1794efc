// The `dedup` section of the recipe.
#pragma once

#include <string>

#include "config/yaml_reader.h"

namespace llmops::data {

/// MinHash needs more bands for short texts, where a single edit changes a large share of the shingles.
struct MinHashSpec {
  bool enabled = true;
  int ngram = 5;         ///< words a shingle
  int bands = 14;        ///< more bands find more pairs, and take more time
  int rows = 8;          ///< more rows leave fewer pairs to verify
  double jaccard = 0.7;  ///< verified on the shingles themselves
};

/// Records that say the same in other words: joined where the cosine of their vectors is at least `cosine`.
struct SemanticSpec {
  std::string model;  ///< models:/ URI or folder of an embedding model; "" is off
  double cosine = 0.95;
};

/// Which member of a cluster stays.
enum class Keep { kFirst, kLongest, kBest, kAll };  ///< kAll only finds clusters, for the split

struct DedupSpec {
  bool exact = true;
  MinHashSpec minhash;
  SemanticSpec semantic;
  Keep keep = Keep::kFirst;
  std::string score_field;     ///< of `keep: best`: the highest number in this field stays
  std::string parts = "none";  ///< "lines" or "paragraphs": those seen before are taken out of later records
  int part_min_words = 6;      ///< of a line or paragraph that counts as a duplicate
};

void read_dedup(config::YamlObject object, DedupSpec& dedup);
Json dedup_json(const DedupSpec& dedup);

}  // namespace llmops::data
