// The K-quants: super-blocks of 256 weights whose groups of 16 or 32 have scales that are themselves quantized.
#include "model/block_decode.h"
#include "model/block_fields.h"

namespace llmops::model {
namespace {

/// Calls `weight(index, byte, shift)` for the 2-bit numbers of Q2_K and Q3_K: each run of 32 bytes holds 128 weights,
/// first the lowest two bits of all 32, then the next two.
template <typename Weight>
void each_two_bits(const std::byte* bytes, float* out, Weight weight) {
  for (int i = 0; i < kSuperBlock; ++i) {
    const int byte = i / 128 * 32 + i % 32;
    out[i] = weight(i, load_byte(bytes + byte) >> (2 * (i % 128 / 32)) & 3);
  }
}

}  // namespace

/// scales[16] (scale low, min high), qs[64], f16 d, f16 dmin; w = d s q - dmin m
void decode_q2_k(const std::byte* block, float* out) {
  const float d = load_half(block + 80), dmin = load_half(block + 82);
  each_two_bits(block + 16, out, [=](int i, int q) {
    const int scale = load_byte(block + i / 16);
    return d * static_cast<float>(scale & 15) * static_cast<float>(q) - dmin * static_cast<float>(scale >> 4);
  });
}

/// hmask[32], qs[64], scales[12], f16 d; w = d s (q + 4 h - 4)
void decode_q3_k(const std::byte* block, float* out) {
  const float d = load_half(block + 108);
  each_two_bits(block + 32, out, [=](int i, int q) {
    const int high = load_byte(block + i % 32) >> (i / 32) & 1;
    const float step = d * static_cast<float>(signed_six_bit_scale(block + 96, i / 16));
    return step * static_cast<float>(q + 4 * high - 4);
  });
}

/// f16 d, f16 dmin, scales[12], qs[128]: each 32 bytes hold 64 weights, low nibbles first; w = d s q - dmin m
void decode_q4_k(const std::byte* block, float* out) {
  const float d = load_half(block), dmin = load_half(block + 2);
  for (int group = 0; group < 8; ++group) {
    const auto [scale, min] = six_bit_scale(block + 4, group);
    const float step = d * static_cast<float>(scale), offset = dmin * static_cast<float>(min);
    for (int i = 0; i < 32; ++i) {
      const int q = load_byte(block + 16 + group / 2 * 32 + i) >> (4 * (group % 2)) & 15;
      out[group * 32 + i] = step * static_cast<float>(q) - offset;
    }
  }
}

/// f16 d, f16 dmin, scales[12], qh[32], qs[128]: as Q4_K, with bit `group` of qh[i] the fifth of weight i
void decode_q5_k(const std::byte* block, float* out) {
  const float d = load_half(block), dmin = load_half(block + 2);
  for (int group = 0; group < 8; ++group) {
    const auto [scale, min] = six_bit_scale(block + 4, group);
    const float step = d * static_cast<float>(scale), offset = dmin * static_cast<float>(min);
    for (int i = 0; i < 32; ++i) {
      const int low = load_byte(block + 48 + group / 2 * 32 + i) >> (4 * (group % 2)) & 15;
      const int high = load_byte(block + 16 + i) >> group & 1;
      out[group * 32 + i] = step * static_cast<float>(low | high << 4) - offset;
    }
  }
}

/// ql[128], qh[64], int8 scales[16], f16 d; w = d s (q - 32). Each half of 128 weights takes 64 bytes of ql, whose low
/// nibbles are its first 64 weights, and 32 bytes of qh with two bits for each of four runs of 32.
void decode_q6_k(const std::byte* block, float* out) {
  const float d = load_half(block + 208);
  for (int i = 0; i < kSuperBlock; ++i) {
    const int half = i / 128, run = i % 128 / 32;
    const int low = load_byte(block + half * 64 + i % 64) >> (4 * (run / 2)) & 15;
    const int high = load_byte(block + 128 + half * 32 + i % 32) >> (2 * run) & 3;
    const float step = d * static_cast<float>(load<std::int8_t>(block + 192 + i / 16));
    out[i] = step * static_cast<float>((low | high << 4) - 32);
  }
}

}  // namespace llmops::model
