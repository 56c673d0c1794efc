// Duplicates of a corpus: equal records by their normalized words, near ones by MinHash with banding, verified.
#pragma once

#include <cstdint>
#include <vector>

#include "data/corpus.h"
#include "data/dedup/dedup_spec.h"
#include "data/embed_texts.h"

namespace llmops::data {

/// Of each record, by number.
struct Clusters {
  std::vector<std::uint32_t> first;  ///< the cluster's first record; itself when alone
  std::vector<bool> equal;           ///< to an earlier record of the cluster, words for words
  std::vector<std::uint32_t> near;   ///< the cluster's first by its words alone; empty where meaning was not looked at
};

/// Clusters are the connected parts of "equal, or Jaccard similarity of the shingles at least `jaccard`, or cosine of
/// the vectors at least `cosine`" (docs/formats/dataset.md says which pairs are looked at). A pair at similarity s is
/// looked at with probability 1 - (1 - s^rows)^bands. The same for any number of threads and any memory. Holds 5 bytes
/// a record (13 with meaning), and a quarter of the memory allowed for sorting and for shingles each.
/// @throws InputError  for more than 2^32 records; Interrupted; SystemError when the disk is full
/// @param embedder  of `semantic`; else nothing is asked of it
Clusters find_clusters(const Corpus& corpus, const DedupSpec& spec, const Workplace& workplace,
                       const TextEmbedder& embedder, Progress& progress);

}  // namespace llmops::data
