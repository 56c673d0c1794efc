// Rows of tensors as float32, some at a time, so that kernels of rows know one format.
#pragma once

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace llmops::ops {

/// @param from  bfloat16 @param count  numbers
void bfloat16_to_floats(const std::uint16_t* from, float* to, std::int64_t count);
/// To nearest, ties to even.
void floats_to_bfloat16(const float* from, std::uint16_t* to, std::int64_t count);

/// Contiguous, float32 or bfloat16: other formats become float32.
at::Tensor as_rows(const at::Tensor& tensor);

/// What a kernel is given: `count` rows from row `first` on, those of `in` to read, those of `out` to write.
struct FloatRows {
  std::int64_t first = 0, count = 0;
  std::vector<const float*> in;
  std::vector<float*> out;
};

/// Calls kernel(FloatRows&) for all rows of tensors that are equally large, on all threads. Rows in bfloat16 pass
/// through memory of a few ten KiB, where they are still in the cache when they are written back.
/// @param in, out  what as_rows() gave, of `cols` numbers a row
template <typename Kernel>
void over_rows(const std::vector<at::Tensor>& in, const std::vector<at::Tensor>& out, std::int64_t cols,
               const Kernel& kernel) {
  constexpr std::int64_t kNumbersAtATime = 4096;
  const std::int64_t rows = cols == 0 ? 0 : out.front().numel() / cols;
  const std::int64_t at_a_time = std::max<std::int64_t>(1, kNumbersAtATime / std::max<std::int64_t>(1, cols));
  const auto is_short = [](const at::Tensor& tensor) { return tensor.scalar_type() == at::kBFloat16; };
  const auto bits = [](const at::Tensor& tensor) { return static_cast<std::uint16_t*>(tensor.data_ptr()); };
  at::parallel_for(0, rows, std::max<std::int64_t>(16, at_a_time), [&](std::int64_t begin, std::int64_t end) {
    std::vector<float> copies(static_cast<std::size_t>((in.size() + out.size()) * at_a_time * cols));
    const auto copy_of = [&](std::size_t i) { return copies.data() + static_cast<std::int64_t>(i) * at_a_time * cols; };
    FloatRows part;
    part.in.resize(in.size());
    part.out.resize(out.size());
    for (part.first = begin; part.first < end; part.first += part.count) {
      part.count = std::min(at_a_time, end - part.first);
      const std::int64_t offset = part.first * cols, numbers = part.count * cols;
      for (std::size_t i = 0; i < in.size(); ++i) {
        if (is_short(in[i])) bfloat16_to_floats(bits(in[i]) + offset, copy_of(i), numbers);
        part.in[i] = is_short(in[i]) ? copy_of(i) : in[i].const_data_ptr<float>() + offset;
      }
      for (std::size_t i = 0; i < out.size(); ++i) {
        part.out[i] = is_short(out[i]) ? copy_of(in.size() + i) : out[i].data_ptr<float>() + offset;
      }
      kernel(part);
      for (std::size_t i = 0; i < out.size(); ++i) {
        if (is_short(out[i])) floats_to_bfloat16(part.out[i], bits(out[i]) + offset, numbers);
      }
    }
  });
}

}  // namespace llmops::ops
