// Decoders of GGUF's quantized blocks into float32, one block a call.
// Source: ggml's ggml-common.h and ggml-quants.c; checked bit for bit against the gguf package's `quants.dequantize`.
#pragma once

#include <cstddef>

namespace llmops::model {

inline constexpr int kSmallBlock = 32;   ///< weights of a Q4_0, Q5_1, ... block
inline constexpr int kSuperBlock = 256;  ///< weights of a Q4_K, Q6_K, ... block

/// @param block  the bytes of one block, at any address @param out  its weights
using BlockDecoder = void (*)(const std::byte* block, float* out);

void decode_q4_0(const std::byte* block, float* out);
void decode_q4_1(const std::byte* block, float* out);
void decode_q5_0(const std::byte* block, float* out);
void decode_q5_1(const std::byte* block, float* out);
void decode_q8_0(const std::byte* block, float* out);
void decode_iq4_nl(const std::byte* block, float* out);
void decode_iq4_xs(const std::byte* block, float* out);
void decode_mxfp4(const std::byte* block, float* out);

void decode_q2_k(const std::byte* block, float* out);
void decode_q3_k(const std::byte* block, float* out);
void decode_q4_k(const std::byte* block, float* out);
void decode_q5_k(const std::byte* block, float* out);
void decode_q6_k(const std::byte* block, float* out);

}  // namespace llmops::model
