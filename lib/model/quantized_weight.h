// A frozen weight kept in few bits while an adapter beside it is trained (Dettmers et al., 2023, "QLoRA").
#pragma once

#include <ATen/ATen.h>
#include <ATen/core/ivalue.h>

#include <cstdint>
#include <vector>

#include "model/nf4.h"

namespace llmops::model {

/// How the matrices of the layers are kept.
enum class BaseFormat {
  kDense,
  kNf4,   ///< nf4.h
  kInt8,  ///< row by row, 127 being the row's largest magnitude
};

class QuantizedWeight : public torch::CustomClassHolder {
 public:
  /// @param weight  (out, in), in main memory @param format  not kDense @param device  where it is kept
  QuantizedWeight(const at::Tensor& weight, BaseFormat format, at::Device device = at::kCPU);

  std::int64_t rows() const { return rows_; }
  std::int64_t cols() const { return cols_; }
  std::uint64_t bytes() const;
  at::Tensor dense() const;  ///< (out, in) float32, on the device

 private:
  void take_to(at::Device device);
  at::Tensor dense_on_device() const;

  std::int64_t rows_, cols_;
  Nf4Tensor nf4_;                   ///< or
  std::vector<std::int8_t> bytes_;  ///< (out, in), and
  std::vector<float> scales_;       ///< (out)

  /// On another device than main memory, instead of those: the numbers as they were, and a scale for each block of NF4
  /// or each row, which leaves NF4 at 4.5 bits; and what NF4's 16 codes stand for.
  at::Tensor device_codes_, device_scales_, device_values_;
};

/// W x + bias, where W is made dense for the product and once more for the gradient to x, and gets none itself.
/// @param x  (N, in) @param bias  (out), frozen, or undefined @returns (N, out) in x's dtype
at::Tensor quantized_linear(const at::Tensor& x, const c10::intrusive_ptr<QuantizedWeight>& weight,
                            const at::Tensor& bias);

}  // namespace llmops::model
