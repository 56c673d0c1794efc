// A model with its adapter merged in, and the way back.
#pragma once

#include <optional>
#include <string>

#include "core/json.h"

namespace llmops::quant {

struct MergeOptions {
  std::string model;  ///< Hugging Face folder, unquantized
  std::string adapter;
  std::string output;              ///< folder to create
  std::string dtype = "bfloat16";  ///< of the weights written; or "float16", "float32"
  int threads = 0;                 ///< 0: all processors
};

/// What is left of a merge once the adapter is taken out again, over the weights of adapted layers.
struct MergeDrift {
  double max_ulps = 0;                 ///< of `dtype`, at the larger one of a weight and what it was merged to
  double max_relative_difference = 0;  ///< to the largest weight of the matrix
  double changed_share = 0;            ///< of the weights: they do not come back as they were stored
  Json json() const;
};

struct MergeReport {
  std::string output;
  double max_logit_difference = 0;  ///< merged against unmerged, on a probe text
  std::optional<MergeDrift> drift;  ///< none for adapters that cannot be taken out again
  Json json() const;
};

struct UnmergeReport {
  std::string output;
  std::optional<MergeDrift> drift;  ///< to the base model, where one was given
  Json json() const;
};

/// Writes base + adapter, summed in float32 and rounded once, as a Hugging Face folder.
/// @throws InputError  for an adapter that does not fit; UsageError  unknown dtype, an output that exists
MergeReport merge_model(const MergeOptions& options);

/// Takes the adapter out of `options.model`, which it was merged into.
/// @param base  folder to compare with; "" for none
/// @throws InputError  as inverse() (merged_weights.h), and as merge_model()
UnmergeReport unmerge_model(const MergeOptions& options, const std::string& base);

}  // namespace llmops::quant
