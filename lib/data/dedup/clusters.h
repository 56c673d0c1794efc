// Duplicates of a corpus: equal records by their normalized words, near ones by MinHash with banding, verified.
#pragma once

#include <cstdint>
#include <vector>

#include "data/corpus.h"
#include "data/dedup/dedup_spec.h"

namespace llmops::data {

/// Of each record, by number.
struct Clusters {
  std::vector<std::uint32_t> first;  ///< the cluster's first record; itself when alone
  std::vector<bool> equal;           ///< to an earlier record of the cluster, words for words
};

/// Clusters are the connected parts of "equal, or Jaccard similarity of the shingles at least `jaccard`". A pair at
/// similarity s is looked at with probability 1 - (1 - s^rows)^bands. The same for any number of threads and any
/// memory. Holds 5 bytes a record, and a quarter of the memory allowed for sorting and for shingles each.
/// @throws InputError  for more than 2^32 records; Interrupted; SystemError when the disk is full
Clusters find_clusters(const Corpus& corpus, const DedupSpec& spec, const Workplace& workplace, Progress& progress);

}  // namespace llmops::data
