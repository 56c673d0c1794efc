// Random packed weights, on the host as the CPU's kernels have them and on the device.
#pragma once

#include <string>

#include "cuda/packed_weights.h"
#include "ops/packed_matrix.h"
#include "support/device_vector.h"

namespace llmops {

struct FormatPair {
  cuda::WeightFormat device;
  ops::PackedFormat host;
};
inline constexpr FormatPair kWeightFormats[] = {{cuda::WeightFormat::kInt8, ops::PackedFormat::kInt8},
                                                {cuda::WeightFormat::kInt8Min, ops::PackedFormat::kInt8Min},
                                                {cuda::WeightFormat::kInt4, ops::PackedFormat::kInt4},
                                                {cuda::WeightFormat::kInt4Min, ops::PackedFormat::kInt4Min}};

inline ops::PackedMatrix random_weights(ops::PackedFormat format, std::int64_t rows, std::int64_t cols,
                                        std::mt19937& random) {
  const ops::PackedLayout& layout = ops::packed_layout(format);
  const int values = layout.weight_bytes == 32 * ops::kTileRows ? 256 : 16;
  std::uniform_real_distribution<float> scale(0.001F, 0.05F);
  ops::PackedMatrix matrix(format, rows, cols);
  for (std::int64_t r = 0; r < rows; ++r) {
    for (std::int64_t g = 0; g < cols / ops::kGroup; ++g) {
      ops::WeightGroup group{};
      for (auto& q : group.q) q = static_cast<std::int16_t>(static_cast<int>(random() % values) - layout.zero);
      group.scale[0] = ops::float_to_half(scale(random));
      group.minimum = ops::float_to_half(-scale(random) * static_cast<float>(values) / 2);
      matrix.set_group(r, g, group);
    }
  }
  return matrix;
}

inline std::vector<std::byte> bytes_of(const ops::PackedMatrix& matrix) {
  return {matrix.tile(0), matrix.tile(0) + matrix.bytes()};
}

}  // namespace llmops
