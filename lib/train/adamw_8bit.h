// AdamW whose moments are kept in a byte each, a quarter of the memory.
#pragma once

#include "train/adamw.h"
#include "train/dynamic_code.h"

namespace llmops::train {

/// Dettmers and others, 2022, "8-bit optimizers via block-wise quantization", as bitsandbytes computes it: each block
/// of 256 numbers is scaled by its largest and coded; a step uses the new moments before they are rounded. Unlike
/// there, a second moment above 0 is never rounded to 0, which would leave the first moment over epsilon alone and move
/// that number by far too much.
///
/// Keeps "exp_avg.NAME" and "exp_avg_sq.NAME" as uint8, "exp_avg_scale.NAME" and "exp_avg_sq_scale.NAME" (a block
/// each); of tensors below `min_8bit_size` numbers, and of the moments alone, float32.
class AdamW8bit : public Optimizer {
 public:
  static constexpr std::int64_t kBlock = 256;

  AdamW8bit(std::vector<TrainedTensor> tensors, double weight_decay, AdamWOptions options, std::int64_t min_8bit_size);
  NamedTensors state() override;

 protected:
  void update(std::size_t index, at::Tensor& tensor, const at::Tensor& gradient, double learning_rate) override;

 private:
  struct Moments {
    at::Tensor exp_avg, exp_avg_sq;              ///< in the tensor's shape, uint8 or float32
    at::Tensor exp_avg_scale, exp_avg_sq_scale;  ///< (blocks) float32; undefined where the moments are float32
  };
  /// @param kept  share of the tensor that weight decay leaves
  void update_blocks(Moments& moments, at::Tensor& tensor, const at::Tensor& gradient, double learning_rate,
                     double kept) const;

  /// The same by libtorch's operations, on a device that the loop does not know.
  void update_blocks_on_device(Moments& moments, at::Tensor& tensor, const at::Tensor& gradient, double learning_rate,
                               double kept) const;

  AdamWOptions options_;
  DynamicCode first_code_{true}, second_code_{false};
  std::vector<Moments> moments_;
};

}  // namespace llmops::train
