// Products with weights that are made dense when they are used.
#include "model/quantized_weight.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>

namespace llmops::model {
namespace {

constexpr std::int64_t kBlocksPerTask = 256;
constexpr std::int64_t kRowsPerTask = 16;

struct QuantizedLinear : torch::autograd::Function<QuantizedLinear> {
  static at::Tensor forward(torch::autograd::AutogradContext* ctx, const at::Tensor& x,
                            const c10::intrusive_ptr<QuantizedWeight>& weight) {
    ctx->saved_data["weight"] = c10::IValue::make_capsule(weight);
    return at::linear(x, weight->dense().to(x.scalar_type()));
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* ctx,
                                                 torch::autograd::variable_list grads) {
    const auto weight = c10::static_intrusive_pointer_cast<QuantizedWeight>(ctx->saved_data["weight"].toCapsule());
    return {at::mm(grads[0], weight->dense().to(grads[0].scalar_type())), at::Tensor()};
  }
};

}  // namespace

QuantizedWeight::QuantizedWeight(const at::Tensor& weight, BaseFormat format, at::Device device)
    : rows_(weight.size(0)), cols_(weight.size(1)) {
  const at::Tensor dense = weight.detach().to(at::kFloat).contiguous();
  const float* values = dense.const_data_ptr<float>();
  if (format == BaseFormat::kNf4) {
    nf4_ = to_nf4({values, static_cast<std::size_t>(dense.numel())});
    take_to(device);
    return;
  }
  bytes_.resize(static_cast<std::size_t>(dense.numel()));
  scales_.resize(static_cast<std::size_t>(rows_));
  at::parallel_for(0, rows_, kRowsPerTask, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t row = begin; row < end; ++row) {
      const float* from = values + row * cols_;
      float largest = 0;
      for (std::int64_t i = 0; i < cols_; ++i) largest = std::max(largest, std::abs(from[i]));
      scales_[static_cast<std::size_t>(row)] = largest / 127.0F;
      const float inverse = largest > 0 ? 127.0F / largest : 0.0F;
      std::int8_t* to = bytes_.data() + row * cols_;
      for (std::int64_t i = 0; i < cols_; ++i) to[i] = static_cast<std::int8_t>(std::nearbyint(from[i] * inverse));
    }
  });
  take_to(device);
}

void QuantizedWeight::take_to(at::Device device) {
  if (device.is_cpu()) return;
  if (bytes_.empty()) {
    device_codes_ = at::tensor(at::ArrayRef<std::uint8_t>(nf4_.codes), at::kByte).to(device);
    device_scales_ = at::tensor(nf4_block_scales(nf4_), at::kFloat).unsqueeze(1).to(device);
    device_values_ = at::tensor(at::ArrayRef<float>(kNf4Values), at::kFloat).to(device);
    nf4_ = {};
  } else {
    device_codes_ = at::from_blob(bytes_.data(), {rows_, cols_}, at::kChar).to(device);
    device_scales_ = at::tensor(scales_, at::kFloat).unsqueeze(1).to(device);
    bytes_ = {};
    scales_ = {};
  }
}

at::Tensor QuantizedWeight::dense_on_device() const {
  if (device_codes_.scalar_type() == at::kChar) return device_codes_ * device_scales_;
  const at::Tensor places =
      at::stack({at::bitwise_right_shift(device_codes_, 4), at::bitwise_and(device_codes_, 15)}, 1);
  const std::int64_t count = rows_ * cols_, blocks = device_scales_.size(0);
  at::Tensor values = device_values_.index_select(0, places.flatten().to(at::kInt));
  if (values.numel() != blocks * kNf4Block)
    values = at::constant_pad_nd(values, {0, blocks * kNf4Block - values.numel()});
  return values.view({blocks, kNf4Block}).mul_(device_scales_).flatten().narrow(0, 0, count).view({rows_, cols_});
}

std::uint64_t QuantizedWeight::bytes() const {
  if (device_codes_.defined()) return device_codes_.nbytes() + device_scales_.nbytes();
  return bytes_.empty() ? nf4_.bytes() : bytes_.size() + scales_.size() * sizeof(float);
}

at::Tensor QuantizedWeight::dense() const {
  if (device_codes_.defined()) return dense_on_device();
  const at::Tensor dense = at::empty({rows_, cols_}, at::kFloat);
  float* values = dense.data_ptr<float>();
  if (bytes_.empty()) {
    const std::int64_t count = rows_ * cols_, blocks = (count + kNf4Block - 1) / kNf4Block;
    at::parallel_for(0, blocks, kBlocksPerTask, [&](std::int64_t begin, std::int64_t end) {
      const std::int64_t first = begin * kNf4Block, last = std::min(count, end * kNf4Block);
      nf4_to_float(nf4_, first, {values + first, static_cast<std::size_t>(last - first)});
    });
    return dense;
  }
  at::parallel_for(0, rows_, kRowsPerTask, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t row = begin; row < end; ++row) {
      const std::int8_t* from = bytes_.data() + row * cols_;
      const float scale = scales_[static_cast<std::size_t>(row)];
      for (std::int64_t i = 0; i < cols_; ++i) values[row * cols_ + i] = static_cast<float>(from[i]) * scale;
    }
  });
  return dense;
}

at::Tensor quantized_linear(const at::Tensor& x, const c10::intrusive_ptr<QuantizedWeight>& weight,
                            const at::Tensor& bias) {
  const at::Tensor y = QuantizedLinear::apply(x, weight);
  return bias.defined() ? y + bias : y;
}

}  // namespace llmops::model
