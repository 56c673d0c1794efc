// Duplicates: exact ones by their normalized words, near ones by MinHash with banding, verified on the shingles.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/recipe.h"

namespace llmops::data {

/// How one text relates to the ones before it.
struct Membership {
  enum class Kind { kFirst, kExact, kNear };
  std::size_t cluster = 0;   ///< index of the cluster's first text
  Kind kind = Kind::kFirst;  ///< kExact: equal to an earlier text of the cluster
};

/// Clusters are the connected parts of "equal, or Jaccard similarity of the shingles at least `jaccard`". A pair at
/// similarity s is looked at with probability 1 - (1 - s^rows)^bands. The same for any number of threads.
/// @param normalized  normalized_words() of each text, in order
std::vector<Membership> find_duplicates(const std::vector<std::string>& normalized, const DedupSpec& spec, int threads);

}  // namespace llmops::data
