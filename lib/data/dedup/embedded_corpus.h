// The vectors of a corpus' records, which are stored beside what was read of them.
#pragma once

#include <cstdint>
#include <span>

#include "data/corpus.h"
#include "data/embed_texts.h"
#include "data/vectors/matrix.h"

namespace llmops::data {

class EmbeddedCorpus {
 public:
  /// Embeds the records of each unit whose vectors are not stored.
  /// @throws Interrupted; SystemError when they cannot be stored
  EmbeddedCorpus(const Corpus& corpus, const StepStore& store, const TextEmbedder& embedder, Progress& progress);

  std::size_t dimensions() const { return dimensions_; }
  /// Of length 1. @param records  ascending. @returns (records, dimensions)
  Matrix rows(std::span<const std::uint32_t> records) const;

 private:
  void check_dimensions(std::size_t dimensions);

  const Corpus& corpus_;
  const StepStore& store_;
  std::vector<Hash128> keys_;  ///< of each unit's vectors
  std::size_t dimensions_ = 0;
};

}  // namespace llmops::data
