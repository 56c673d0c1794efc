// Numbers of 4 bits whose scales have 8.
#include "model/nf4.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace llmops::model {
namespace {

/// (parts + 1) numbers from 0.1 to 1 in equal steps, each counted in float32 from the nearer end.
float boundary(int index, int parts) {
  const float step = (1.0F - 0.1F) / static_cast<float>(parts);
  const int count = parts + 1;
  return index < count / 2 ? 0.1F + step * static_cast<float>(index) : 1.0F - step * static_cast<float>(parts - index);
}

std::array<float, 256> make_dynamic_values() {
  std::array<float, 256> values = {};
  std::size_t next = 0;
  for (int i = 0; i < 7; ++i) {
    const int parts = 1 << i;
    for (int part = 0; part < parts; ++part) {
      const float middle = (boundary(part, parts) + boundary(part + 1, parts)) / 2.0F;
      const auto value = static_cast<float>(std::pow(10.0, i - 6) * middle);
      values[next++] = value;
      values[next++] = -value;
    }
  }
  values[next++] = 0;
  values[next] = 1;
  std::sort(values.begin(), values.end());
  return values;
}

/// The place of what is nearest to `value`; of two equally near the lower one.
template <std::size_t N>
std::uint8_t nearest(const std::array<float, N>& values, float value) {
  const auto above = std::lower_bound(values.begin(), values.end(), value);
  if (above == values.begin()) return 0;
  if (above == values.end()) return N - 1;
  const bool lower = value - above[-1] <= *above - value;
  return static_cast<std::uint8_t>(above - values.begin() - (lower ? 1 : 0));
}

/// nearest() in kNf4Values by what lies half way between neighbours.
std::uint8_t nearest_nf4(float value) {
  static const std::array<float, 15> kMiddles = [] {
    std::array<float, 15> middles = {};
    for (std::size_t i = 0; i < middles.size(); ++i) {
      middles[i] = static_cast<float>((double{kNf4Values[i]} + kNf4Values[i + 1]) / 2);
    }
    return middles;
  }();
  std::uint8_t place = 0;
  for (const float middle : kMiddles) place = static_cast<std::uint8_t>(place + (value > middle ? 1 : 0));
  return place;
}

float largest_magnitude(std::span<const float> values) {
  float largest = 0;
  for (const float value : values) largest = std::max(largest, std::abs(value));
  return largest;
}

/// What is left of `values` from `begin` on, at most `size`.
template <typename T>
std::span<T> block_of(std::span<T> values, std::size_t begin, std::int64_t size) {
  return values.subspan(begin, std::min(static_cast<std::size_t>(size), values.size() - begin));
}

void keep_scales(std::vector<float> scales, Nf4Tensor& tensor) {
  const double sum = std::accumulate(scales.begin(), scales.end(), 0.0);
  tensor.offset = scales.empty() ? 0 : static_cast<float>(sum / static_cast<double>(scales.size()));
  for (float& scale : scales) scale -= tensor.offset;
  for (std::size_t begin = 0; begin < scales.size(); begin += kNf4ScaleBlock) {
    const std::span<const float> block = block_of(std::span<const float>(scales), begin, kNf4ScaleBlock);
    const float size = largest_magnitude(block);
    tensor.scale_sizes.push_back(size);
    for (const float scale : block) tensor.scales.push_back(nearest(dynamic_values(), size > 0 ? scale / size : 0));
  }
}

float block_scale(const Nf4Tensor& tensor, std::size_t block) {
  return dynamic_values()[tensor.scales[block]] * tensor.scale_sizes[block / kNf4ScaleBlock] + tensor.offset;
}

}  // namespace

const std::array<float, 256>& dynamic_values() {
  static const std::array<float, 256> kValues = make_dynamic_values();
  return kValues;
}

std::uint64_t Nf4Tensor::bytes() const {
  return codes.size() + scales.size() + scale_sizes.size() * sizeof(float) + sizeof(offset);
}

Nf4Tensor to_nf4(std::span<const float> values) {
  Nf4Tensor tensor;
  tensor.count = static_cast<std::int64_t>(values.size());
  tensor.codes.resize((values.size() + 1) / 2);
  std::vector<float> scales;
  for (std::size_t begin = 0; begin < values.size(); begin += kNf4Block) {
    const std::span<const float> block = block_of(values, begin, kNf4Block);
    scales.push_back(largest_magnitude(block));
    const float inverse = scales.back() > 0 ? 1.0F / scales.back() : 0.0F;
    for (std::size_t i = 0; i < block.size(); ++i) {
      const std::uint8_t code = nearest_nf4(block[i] * inverse);
      std::uint8_t& pair = tensor.codes[(begin + i) / 2];
      pair = static_cast<std::uint8_t>(i % 2 == 0 ? code << 4 : pair | code);
    }
  }
  keep_scales(std::move(scales), tensor);
  return tensor;
}

std::vector<float> nf4_block_scales(const Nf4Tensor& tensor) {
  std::vector<float> scales(tensor.scales.size());
  for (std::size_t block = 0; block < scales.size(); ++block) scales[block] = block_scale(tensor, block);
  return scales;
}

void nf4_to_float(const Nf4Tensor& tensor, std::int64_t begin, std::span<float> out) {
  for (std::size_t done = 0; done < out.size(); done += kNf4Block) {
    const std::span<float> block = block_of(out, done, kNf4Block);
    const std::size_t first = static_cast<std::size_t>(begin) + done;
    const float size = block_scale(tensor, first / kNf4Block);
    const std::uint8_t* pairs = tensor.codes.data() + first / 2;
    std::array<float, 16> scaled = {};
    for (std::size_t i = 0; i < scaled.size(); ++i) scaled[i] = kNf4Values[i] * size;
    for (std::size_t i = 0; i < block.size(); ++i) {
      block[i] = scaled[i % 2 == 0 ? pairs[i / 2] >> 4 : pairs[i / 2] & 15];
    }
  }
}

}  // namespace llmops::model
