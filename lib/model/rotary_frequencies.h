// Frequencies of rotary positions, with the context-extension variants of transformers. Free of libtorch.
#pragma once

#include <cstdint>
#include <vector>

#include "model/model_config.h"

namespace llmops::model {

/// Su et al., 2021, "RoFormer"; the variants as transformers' modeling_rope_utils computes them. R is the
/// configuration's rotary_size.
class RotaryFrequencies {
 public:
  RotaryFrequencies() = default;
  /// @throws InputError  for an unknown scaling, or factors that do not fit the head size
  explicit RotaryFrequencies(const ModelConfig& config);

  /// (R / 2) radians a token, for a sequence of `length` tokens in all: "dynamic" and "longrope" depend on it.
  std::vector<float> of_length(std::int64_t length) const;
  /// Multiplies cos and sin (yarn, longrope); 1 elsewhere.
  double attention_factor() const { return attention_factor_; }

 private:
  ModelConfig config_;
  std::vector<float> fixed_;  ///< (R / 2), where they do not depend on the length; longrope: the short ones
  std::vector<float> long_;   ///< (R / 2), longrope beyond the original context
  double attention_factor_ = 1;
};

/// Sequences turn alike where this is the same of their lengths: 0 where the length has no part in it. "dynamic" turns
/// by each length beyond the context the model was trained for, "longrope" in one of two ways.
std::int64_t turning_length(const ModelConfig& config, std::int64_t length);

/// The configuration as layers with a window see it, where they have positions of their own.
ModelConfig with_local_positions(ModelConfig config);

}  // namespace llmops::model
