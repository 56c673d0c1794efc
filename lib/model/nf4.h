// NF4, the 4-bit numbers of QLoRA, with scales in 8 bits, as bitsandbytes keeps them. Free of libtorch.
//
// Dettmers et al., 2023, "QLoRA": each block of 64 values is divided by its largest magnitude and rounded to the
// nearest of 16 quantiles of the normal distribution. Those magnitudes less their mean are kept in turn, in blocks of
// 256, as one of 256 values whose distances grow with their size (Dettmers et al., 2022, "8-bit Optimizers").
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace llmops::model {

inline constexpr std::int64_t kNf4Block = 64;        ///< values of one scale
inline constexpr std::int64_t kNf4ScaleBlock = 256;  ///< scales of one scale of scales

/// Rising, from -1 to 1.
inline constexpr std::array<float, 16> kNf4Values = {-1.0F,          -0.6961928010F, -0.5250730515F, -0.3949174881F,
                                                     -0.2844413817F, -0.1847734302F, -0.0910500363F, 0.0F,
                                                     0.0795802996F,  0.1609302014F,  0.2461123019F,  0.3379152417F,
                                                     0.4407098293F,  0.5626170039F,  0.7229568362F,  1.0F};

/// Rising, from just above -1 to 1: for i < 7, plus and minus 10^(i - 6) times the middles of 2^i equal parts of
/// [0.1, 1]; and 0 and 1.
const std::array<float, 256>& dynamic_values();

struct Nf4Tensor {
  std::int64_t count = 0;
  std::vector<std::uint8_t> codes;   ///< (ceil(count / 2)) two a byte, the first in the high half
  std::vector<std::uint8_t> scales;  ///< (blocks of 64), places in dynamic_values()
  std::vector<float> scale_sizes;    ///< (blocks of 256 scales)
  float offset = 0;                  ///< mean of the scales

  std::uint64_t bytes() const;
};

Nf4Tensor to_nf4(std::span<const float> values);

/// (blocks of 64), what the values of each are multiplied by.
std::vector<float> nf4_block_scales(const Nf4Tensor& tensor);

/// Values from `begin` on, a multiple of kNf4Block; as many as `out` has room for.
void nf4_to_float(const Nf4Tensor& tensor, std::int64_t begin, std::span<float> out);

}  // namespace llmops::model
