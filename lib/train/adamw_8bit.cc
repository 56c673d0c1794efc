// AdamW on coded moments.
#include "train/adamw_8bit.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace llmops::train {
namespace {

constexpr std::int64_t kBlock = AdamW8bit::kBlock;
using Values = std::array<float, kBlock>;

void decode(const DynamicCode& code, const std::uint8_t* codes, float scale, std::int64_t count, Values& values) {
  for (std::int64_t i = 0; i < count; ++i) values[i] = code.value(codes[i]) * scale;
}

/// @param least  smallest code of a number above 0
/// @returns the scale
float encode(const DynamicCode& code, const Values& values, std::int64_t count, std::uint8_t least,
             std::uint8_t* codes) {
  float scale = 0;
  for (std::int64_t i = 0; i < count; ++i) scale = std::max(scale, std::abs(values[i]));
  for (std::int64_t i = 0; i < count; ++i) {
    codes[i] = values[i] == 0 ? code.zero() : std::max(least, code.nearest(values[i] / scale));
  }
  return scale;
}

/// The numbers of a step that are the same for all tensors.
struct Step {
  float beta1, beta2, epsilon, decay, rate, root_correction2;
};

void step_block(const Step& step, const float* gradient, std::int64_t count, Values& first, Values& second,
                float* tensor) {
  for (std::int64_t i = 0; i < count; ++i) {
    first[i] += (gradient[i] - first[i]) * (1 - step.beta1);
    second[i] = second[i] * step.beta2 + gradient[i] * gradient[i] * (1 - step.beta2);
    const float denominator = std::sqrt(second[i]) / step.root_correction2 + step.epsilon;
    tensor[i] = tensor[i] * step.decay - step.rate * first[i] / denominator;
  }
}

/// (blocks, kBlock) of a tensor, the last one filled with zeros.
at::Tensor in_blocks(const at::Tensor& tensor, std::int64_t blocks) {
  return at::constant_pad_nd(tensor.flatten(), {0, blocks * kBlock - tensor.numel()}).view({blocks, kBlock});
}

at::Tensor decoded(const DynamicCode& code, const at::Tensor& codes, const at::Tensor& scales) {
  const at::Tensor table = at::tensor(at::ArrayRef<float>(code.values()), at::kFloat).to(codes.device());
  const at::Tensor values = table.index_select(0, codes.flatten().to(at::kInt));
  return in_blocks(values, scales.size(0)) * scales.unsqueeze(1);
}

/// encode() of all blocks. @param values  (blocks, kBlock)
void encode_blocks(const DynamicCode& code, const at::Tensor& values, std::uint8_t least, at::Tensor& codes,
                   at::Tensor& scales) {
  const at::Tensor borders = at::tensor(at::ArrayRef<float>(code.borders()), at::kFloat).to(values.device());
  scales.copy_(values.abs().amax(1));
  at::Tensor found = at::bucketize(values / scales.unsqueeze(1), borders, /*out_int32=*/true).clamp_min_(least);
  found.masked_fill_(values == 0, code.zero());
  codes.copy_(found.flatten().narrow(0, 0, codes.numel()).view(codes.sizes()));
}

}  // namespace

AdamW8bit::AdamW8bit(std::vector<TrainedTensor> tensors, double weight_decay, AdamWOptions options,
                     std::int64_t min_8bit_size)
    : Optimizer(std::move(tensors), weight_decay), options_(options) {
  for (const TrainedTensor& trained : tensors_) {
    const at::Tensor& tensor = trained.tensor;
    Moments& moments = moments_.emplace_back();
    if (tensor.numel() < min_8bit_size) {
      moments.exp_avg = at::zeros_like(tensor);
      moments.exp_avg_sq = at::zeros_like(tensor);
      continue;
    }
    moments.exp_avg = at::full(tensor.sizes(), first_code_.zero(), tensor.options().dtype(at::kByte));
    moments.exp_avg_sq = at::full(tensor.sizes(), second_code_.zero(), tensor.options().dtype(at::kByte));
    const std::int64_t blocks = (tensor.numel() + kBlock - 1) / kBlock;
    moments.exp_avg_scale = at::zeros({blocks}, tensor.options());
    moments.exp_avg_sq_scale = at::zeros({blocks}, tensor.options());
  }
}

void AdamW8bit::update(std::size_t index, at::Tensor& tensor, const at::Tensor& gradient, double learning_rate) {
  Moments& moments = moments_[index];
  const double kept = kept_share(index, learning_rate);
  if (moments.exp_avg_scale.defined() && !tensor.is_cpu()) {
    update_blocks_on_device(moments, tensor, gradient, learning_rate, kept);
  } else if (moments.exp_avg_scale.defined()) {
    update_blocks(moments, tensor, gradient, learning_rate, kept);
  } else {
    if (kept != 1) tensor.mul_(kept);
    adamw_update(options_, steps_, learning_rate, gradient, tensor, moments.exp_avg, moments.exp_avg_sq);
  }
}

void AdamW8bit::update_blocks(Moments& moments, at::Tensor& tensor, const at::Tensor& gradient, double learning_rate,
                              double kept) const {
  const auto t = static_cast<double>(steps_);
  const Step step = {static_cast<float>(options_.beta1),
                     static_cast<float>(options_.beta2),
                     static_cast<float>(options_.epsilon),
                     static_cast<float>(kept),
                     static_cast<float>(learning_rate / (1 - std::pow(options_.beta1, t))),
                     static_cast<float>(std::sqrt(1 - std::pow(options_.beta2, t)))};
  const at::Tensor dense = gradient.contiguous();
  const float* gradients = dense.const_data_ptr<float>();
  float* values = tensor.data_ptr<float>();
  std::uint8_t* first_codes = moments.exp_avg.data_ptr<std::uint8_t>();
  std::uint8_t* second_codes = moments.exp_avg_sq.data_ptr<std::uint8_t>();
  float* first_scales = moments.exp_avg_scale.data_ptr<float>();
  float* second_scales = moments.exp_avg_sq_scale.data_ptr<float>();
  const auto least = static_cast<std::uint8_t>(second_code_.zero() + 1);
  at::parallel_for(0, moments.exp_avg_scale.numel(), 16, [&](std::int64_t begin, std::int64_t end) {
    Values first, second;
    for (std::int64_t block = begin; block < end; ++block) {
      const std::int64_t at = block * kBlock, count = std::min(kBlock, tensor.numel() - at);
      decode(first_code_, first_codes + at, first_scales[block], count, first);
      decode(second_code_, second_codes + at, second_scales[block], count, second);
      step_block(step, gradients + at, count, first, second, values + at);
      first_scales[block] = encode(first_code_, first, count, 0, first_codes + at);
      second_scales[block] = encode(second_code_, second, count, least, second_codes + at);
    }
  });
}

void AdamW8bit::update_blocks_on_device(Moments& moments, at::Tensor& tensor, const at::Tensor& gradient,
                                        double learning_rate, double kept) const {
  at::Tensor first = decoded(first_code_, moments.exp_avg, moments.exp_avg_scale);
  at::Tensor second = decoded(second_code_, moments.exp_avg_sq, moments.exp_avg_sq_scale);
  const std::int64_t blocks = first.size(0);
  at::Tensor values = in_blocks(tensor, blocks).mul_(kept);
  adamw_update(options_, steps_, learning_rate, in_blocks(gradient, blocks), values, first, second);
  tensor.copy_(values.flatten().narrow(0, 0, tensor.numel()).view(tensor.sizes()));
  encode_blocks(first_code_, first, 0, moments.exp_avg, moments.exp_avg_scale);
  encode_blocks(second_code_, second, static_cast<std::uint8_t>(second_code_.zero() + 1), moments.exp_avg_sq,
                moments.exp_avg_sq_scale);
}

NamedTensors AdamW8bit::state() {
  NamedTensors tensors;
  for (std::size_t i = 0; i < tensors_.size(); ++i) {
    const Moments& moments = moments_[i];
    tensors.emplace_back("exp_avg." + tensors_[i].name, moments.exp_avg);
    tensors.emplace_back("exp_avg_sq." + tensors_[i].name, moments.exp_avg_sq);
    if (!moments.exp_avg_scale.defined()) continue;
    tensors.emplace_back("exp_avg_scale." + tensors_[i].name, moments.exp_avg_scale);
    tensors.emplace_back("exp_avg_sq_scale." + tensors_[i].name, moments.exp_avg_sq_scale);
  }
  return tensors;
}

}  // namespace llmops::train
