// Near duplicates among texts that come one by one.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "data/dedup/minhash.h"

namespace llmops::data {

class NearDuplicates {
 public:
  NearDuplicates();

  enum class Likeness { kNew, kSame, kNear };
  /// With those that were added: the same words, or word runs with a Jaccard similarity of at least `jaccard`.
  Likeness compare(const std::string& text, double jaccard) const;
  void add(const std::string& text);

 private:
  MinHashSpec spec_;
  MinHasher hasher_;
  std::unordered_set<std::string> same_;  ///< normalized words
  std::vector<std::vector<std::uint64_t>> shingles_;
  std::vector<std::unordered_map<std::uint64_t, std::vector<std::uint32_t>>> bands_;  ///< hash to indices
};

}  // namespace llmops::data
