// Writes a smaller copy of a checkpoint as GGUF, and measures what that cost.
#pragma once

#include <optional>

#include "core/json.h"
#include "core/progress.h"

namespace llmops::quant {

struct QuantizeOptions {
  std::string model;            ///< Hugging Face folder (a path)
  std::string adapter;          ///< merged in float32 first; "" for none
  std::string output;           ///< .gguf file to create
  std::string scheme = "q8_0";  ///< "q8_0" (also int8), "q4_0" (also int4), "bf16", "f16", "f32"
  std::string quality_text;     ///< text file for perplexity and KL divergence; "" skips them
  int quality_tokens = 4096;    ///< at most this many tokens of it
  int context = 512;            ///< tokens of a window
  int threads = 0;              ///< 0: all processors
};

/// Original against quantized on the same windows; all tokens but the first of a window are scored.
struct QualityReport {
  std::int64_t tokens = 0;
  double perplexity_original = 0, perplexity_quantized = 0;  ///< exp of the mean negative log-likelihood
  double kl_mean = 0, kl_p99 = 0, kl_max = 0;                ///< nats, KL(original || quantized) a position
  double same_top_share = 0;                                 ///< positions whose most likely token agrees, 0..1
  Json json() const;
};

struct QuantizeReport {
  std::string output, scheme;
  std::uint64_t bytes_in = 0, bytes_out = 0;
  double bits_per_weight = 0;
  double wall_s = 0;
  std::optional<QualityReport> quality;
  Json json() const;
};

QuantizeReport quantize_checkpoint(const QuantizeOptions& options, Progress& progress);

}  // namespace llmops::quant
