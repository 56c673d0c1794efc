// From rows of logits to next tokens on the GPU.
#pragma once

#include <cstdint>

#include "cuda/device.h"

namespace llmops::cuda {

/// What one row's choice depends on, in device memory; the batch it runs in has no part in it. Ranges are
/// infer::SamplingOptions', whose checks come before.
struct SamplingRow {
  float temperature;   ///< below 1e-6: the likeliest token, of equals the first
  float top_p;         ///< (0, 1]; 1 is off
  float min_p;         ///< [0, 1]; 0 is off
  std::int32_t top_k;  ///< 0 is off
  std::uint64_t seed;
  std::uint64_t draw;  ///< which choice of its sequence this is: the same seed and draw give the same random number
};

/// Logits in device memory.
struct LogitRows {
  const float* logits;  ///< (N, V), rows `stride` numbers apart
  std::int64_t stride;
  std::int32_t vocabulary;                 ///< V, at most kMostVocabulary
  const std::uint32_t* allowed = nullptr;  ///< (N, ceil(V / 32)): bit t % 32 of word t / 32 is token t; null: all
};

inline constexpr std::int32_t kMostVocabulary = 1 << 19;  ///< beyond it sums of weights overflow
inline constexpr std::int32_t kNoToken = -1;              ///< logits that are no finite numbers, or no token allowed

/// tokens[n] = the choice of row n, or kNoToken.
///
/// Top-k, then min-p, then the nucleus of what those leave, as infer::Sampler chooses; of equal logits the first tokens
/// are kept. Nothing is sorted: the boundary is found digit by digit from histograms. Weights are integers, so that
/// sums do not depend on the order of threads: a token below 2^-38 of the likeliest one's weight is never chosen.
/// Random numbers are not those of infer::Sampler: the same seed gives the same text on every GPU, not the CPU's.
///
/// @param rows, tokens  (count), device memory
/// Asynchronous on `stream`. @throws InputError  for a larger vocabulary @throws SystemError  if the launch fails
void sample(const LogitRows& logits, const SamplingRow* rows, std::int32_t* tokens, std::int64_t count, Stream stream);

}  // namespace llmops::cuda
