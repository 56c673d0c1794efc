// Blocks of 32 weights, and the formats that look their weights up in a table of 16.
#include "model/block_decode.h"

#include <bit>

#include "model/block_fields.h"

namespace llmops::model {
namespace {

constexpr int kHalf = kSmallBlock / 2;

/// Byte j holds the numbers of weight j (low nibble) and of weight j + 16 (high).
/// @param weight  gets a number 0..15 and the index of its weight
template <typename Weight>
void decode_nibbles(const std::byte* nibbles, float* out, Weight weight) {
  for (int j = 0; j < kHalf; ++j) {
    const int byte = load_byte(nibbles + j);
    out[j] = weight(byte & 15, j);
    out[j + kHalf] = weight(byte >> 4, j + kHalf);
  }
}

/// The fifth bit of each number lies apart, bit i for weight i.
int with_fifth_bit(int nibble, std::uint32_t bits, int index) {
  return nibble | static_cast<int>((bits >> index) & 1U) << 4;
}

constexpr float kIq4Values[16] = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};
/// Twice the values of a 4-bit float with two bits of exponent and one of mantissa.
constexpr float kFp4Doubled[16] = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

/// 2^(e - 128): half of the power that the shared exponent stands for, as the values are doubled.
float half_power_of_two(int exponent) {
  const auto e = static_cast<std::uint32_t>(exponent);
  return std::bit_cast<float>(e < 2 ? 0x00200000U << e : (e - 1) << 23);
}

}  // namespace

/// f16 d, nibbles; w = d (q - 8)
void decode_q4_0(const std::byte* block, float* out) {
  const float d = load_half(block);
  decode_nibbles(block + 2, out, [d](int q, int) { return d * static_cast<float>(q - 8); });
}

/// f16 d, f16 m, nibbles; w = d q + m
void decode_q4_1(const std::byte* block, float* out) {
  const float d = load_half(block), m = load_half(block + 2);
  decode_nibbles(block + 4, out, [d, m](int q, int) { return d * static_cast<float>(q) + m; });
}

/// f16 d, u32 fifth bits, nibbles; w = d (q - 16)
void decode_q5_0(const std::byte* block, float* out) {
  const float d = load_half(block);
  const auto bits = load<std::uint32_t>(block + 2);
  decode_nibbles(block + 6, out,
                 [d, bits](int q, int i) { return d * static_cast<float>(with_fifth_bit(q, bits, i) - 16); });
}

/// f16 d, f16 m, u32 fifth bits, nibbles; w = d q + m
void decode_q5_1(const std::byte* block, float* out) {
  const float d = load_half(block), m = load_half(block + 2);
  const auto bits = load<std::uint32_t>(block + 4);
  decode_nibbles(block + 8, out,
                 [d, m, bits](int q, int i) { return d * static_cast<float>(with_fifth_bit(q, bits, i)) + m; });
}

/// f16 d, int8 q[32]; w = d q
void decode_q8_0(const std::byte* block, float* out) {
  const float d = load_half(block);
  for (int i = 0; i < kSmallBlock; ++i) out[i] = d * static_cast<float>(load<std::int8_t>(block + 2 + i));
}

/// f16 d, nibbles; w = d table[q]
void decode_iq4_nl(const std::byte* block, float* out) {
  const float d = load_half(block);
  decode_nibbles(block + 2, out, [d](int q, int) { return d * kIq4Values[q]; });
}

/// f16 d, u16 high bits and 4 bytes of low bits of eight 6-bit scales, nibbles; w = d (scale - 32) table[q]
void decode_iq4_xs(const std::byte* block, float* out) {
  const float d = load_half(block);
  for (int group = 0; group < kSuperBlock / kSmallBlock; ++group) {
    const float step = d * static_cast<float>(iq4_xs_scale(block, group));
    decode_nibbles(block + 8 + group * kHalf, out + group * kSmallBlock,
                   [step](int q, int) { return step * kIq4Values[q]; });
  }
}

/// u8 exponent, nibbles; w = 2^(e - 127) fp4(q)
void decode_mxfp4(const std::byte* block, float* out) {
  const float d = half_power_of_two(load_byte(block));
  decode_nibbles(block + 1, out, [d](int q, int) { return d * kFp4Doubled[q]; });
}

}  // namespace llmops::model
