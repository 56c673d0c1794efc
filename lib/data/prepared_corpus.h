// A corpus with what becomes of each record: all that is needed to write the dataset.
#pragma once

#include <memory>

#include "data/corpus.h"
#include "data/dedup/clusters.h"
#include "data/dedup/repeated_parts.h"
#include "data/select/placement.h"

namespace llmops::data {

struct PreparedCorpus {
  PrepareRecipe recipe;
  Corpus corpus;
  Clusters clusters;
  Placement placement;
  std::unique_ptr<RepeatedParts> parts;  ///< null unless the recipe asks for it
};

/// Reads, finds duplicates and decides. Nothing is written but stored steps; no registry is needed.
/// @param embedder  of `dedup.semantic`; else nothing is asked of it
/// @throws InputError  when more than `max_bad` of the records are rejected, or none is kept
PreparedCorpus prepare_corpus(const PrepareRecipe& recipe, const InputFiles& inputs, const Workplace& workplace,
                              const TextEmbedder& embedder, Progress& progress);

/// @throws InputError  when more than `max_bad` of the records are rejected
void check_rejected(const Corpus& corpus, const PrepareRecipe& recipe, const StepStore& store);

}  // namespace llmops::data
