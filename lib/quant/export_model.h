// A model, or a file of tensors, written in another format.
#pragma once

#include <string>

#include "core/json.h"
#include "core/progress.h"

namespace llmops::quant {

struct ExportOptions {
  std::string model;   ///< Hugging Face folder, GGUF file or file of tensors (a path)
  std::string output;  ///< folder or file to create
  /// "hf", "gguf", "safetensors", "npz" or "npy" (which holds one tensor); "": what the output's extension tells, else
  /// hf
  std::string to;
  std::string dtype;  ///< a scheme of gguf_schemes.h; "": as near to what is there as the format has
};

struct ExportReport {
  std::string output, to;
  std::string dtype;  ///< of the matrices; "" where each kept its own
  std::int64_t tensors = 0;
  std::uint64_t bytes_in = 0, bytes_out = 0;
  double wall_s = 0;
  Json json() const;
};

/// Atomic. Configuration, tokenizer and template go along between "hf" and "gguf"; the others hold tensors alone.
/// @throws UsageError, NotFoundError; InputError  for an adapter, and for what the format cannot hold
ExportReport export_model(const ExportOptions& options, Progress& progress);

/// The format that export_model would write. @throws UsageError  for one that does not exist
std::string export_format(const ExportOptions& options);

}  // namespace llmops::quant
