// What differs between two models or files of tensors, in their settings and tensor by tensor.
#pragma once

#include <string>
#include <vector>

#include "core/json.h"
#include "core/progress.h"
#include "registry/json_flat.h"

namespace llmops::quant {

struct TensorDifference {
  std::string name;
  /// "only before", "only after", "shape", "type" (stored otherwise, same values) or "values"
  std::string kind;
  std::string before, after;  ///< "BF16 (576, 576)"; "" where absent
  /// Of the values, in float32; NaN is counted as an infinite difference. 0 where there is nothing to compare.
  double max_abs = 0, mean_abs = 0;
  double relative_l2 = 0;  ///< |after - before| / |before|
  double cosine = 1;
};

struct ModelComparison {
  std::vector<registry::Difference> settings;
  std::vector<TensorDifference> tensors;  ///< those that differ, the largest relative difference first
  std::int64_t equal = 0;                 ///< tensors of the same type, shape and bytes

  Json json() const;
  std::string text(const std::string& before, const std::string& after, int width) const;
};

/// @param before, after  paths. A GGUF file is compared with another format under Hugging Face's names.
/// @throws NotFoundError, InputError
ModelComparison compare_models(const std::string& before, const std::string& after, Progress& progress);

}  // namespace llmops::quant
