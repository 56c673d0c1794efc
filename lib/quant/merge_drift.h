// How far weights are from what they were before an adapter was merged in and taken out.
#pragma once

#include <cstdint>
#include <span>

#include "model/tensor_file.h"
#include "quant/merge_model.h"

namespace llmops::quant {

class DriftMeter {
 public:
  /// @param written  type of the merged weights @param stored  of the base model's
  DriftMeter(model::DType written, model::DType stored);

  /// One matrix. @param merged  as it was written @param back  of it without the adapter
  void add(std::span<const float> base, std::span<const float> merged, std::span<const float> back);
  MergeDrift drift() const;

 private:
  model::DType written_, stored_;
  MergeDrift worst_;
  std::uint64_t weights_ = 0, changed_ = 0;
};

/// As they are once they have been written as `dtype`.
std::vector<float> rounded(model::DType dtype, std::span<const float> values);

}  // namespace llmops::quant
