// Encoders of GGUF's block formats, bit-equal to the gguf package, whose operations they follow in float32.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "core/error.h"
#include "quant/gguf_schemes.h"

namespace llmops::quant {
namespace {

constexpr std::size_t kBlock = 32;

void put_scale(std::byte* out, float scale) {
  const std::uint16_t bits = model::float_to_half(scale);
  constexpr std::uint16_t kInfinity = 0x7c00;
  if ((bits & 0x7fffU) == kInfinity)
    throw InputError(fmt::format("a scale of {} is beyond half precision", scale), "the weights are implausibly large");
  std::memcpy(out, &bits, sizeof bits);
}

/// The reciprocal of the scale before that is rounded to half precision, as the reference has it. Scales so small that
/// it overflows are zero in half precision, and their blocks are written as zeros.
float reciprocal(float scale) {
  const float inverse = 1.0F / scale;
  return std::isfinite(inverse) ? inverse : 0.0F;
}

/// Calls `encode(values of the block, its bytes)` for each block.
template <typename Encode>
std::vector<std::byte> encode_blocks(std::span<const float> values, model::DType dtype, Encode encode) {
  const auto bytes = static_cast<std::size_t>(model::block_bytes(dtype));
  std::vector<std::byte> out(model::tensor_bytes(dtype, values.size()));
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i]))
      throw InputError(fmt::format("weight {} is {}, which cannot be quantized", i, values[i]));
  }
  for (std::size_t block = 0; block < values.size() / kBlock; ++block) {
    encode(values.subspan(block * kBlock, kBlock), out.data() + block * bytes);
  }
  return out;
}

void encode_block_q8_0(std::span<const float> x, std::byte* out) {
  float largest = 0;
  for (const float value : x) largest = std::max(largest, std::fabs(value));
  const float d = largest / 127.0F;
  const float inverse = reciprocal(d);
  put_scale(out, d);
  for (std::size_t i = 0; i < kBlock; ++i) {
    const auto q = static_cast<std::int8_t>(std::lround(x[i] * inverse));  // ties away from zero
    out[2 + i] = static_cast<std::byte>(q);
  }
}

void encode_block_q4_0(std::span<const float> x, std::byte* out) {
  float extreme = x[0];  // the value of largest magnitude, the first of equals
  for (const float value : x) {
    if (std::fabs(value) > std::fabs(extreme)) extreme = value;
  }
  const float d = extreme / -8.0F;
  const float inverse = reciprocal(d);
  put_scale(out, d);
  const auto quantize = [inverse](float value) { return std::min(15, static_cast<int>(value * inverse + 8.5F)); };
  for (std::size_t j = 0; j < kBlock / 2; ++j) {
    out[2 + j] = static_cast<std::byte>(quantize(x[j]) | quantize(x[j + kBlock / 2]) << 4);
  }
}

}  // namespace

std::vector<std::byte> encode_q8_0(std::span<const float> values) {
  return encode_blocks(values, model::DType::kQ8_0, encode_block_q8_0);
}

std::vector<std::byte> encode_q4_0(std::span<const float> values) {
  return encode_blocks(values, model::DType::kQ4_0, encode_block_q4_0);
}

}  // namespace llmops::quant
