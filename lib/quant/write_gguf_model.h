// Writes a model's weights, settings and tokenizer as one GGUF file: what quantize and export share.
#pragma once

#include <filesystem>

#include "core/progress.h"
#include "quant/gguf_schemes.h"
#include "quant/weight_source.h"

namespace llmops::quant {

struct GgufWritten {
  std::uint64_t weights = 0;  ///< parameters
  std::uint64_t tensor_bytes = 0;
};

/// Atomic.
/// @param model_dir  for the tokenizer, the template and the name
/// @throws InputError  for what GGUF cannot hold
GgufWritten write_gguf_model(const WeightSource& source, const std::filesystem::path& model_dir, const Scheme& scheme,
                             const std::filesystem::path& output, Progress& progress);

/// A GGUF file with its weights in another number format; everything else stays as it is.
GgufWritten rewrite_gguf(const std::filesystem::path& input, const Scheme& scheme, const std::filesystem::path& output,
                         Progress& progress);

}  // namespace llmops::quant
