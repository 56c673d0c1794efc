// GGUF's architectures and the Hugging Face families they hold, with what llama.cpp's converter changed on the way.
#pragma once

#include <span>
#include <string>

#include "model/families.h"
#include "model/gguf.h"

namespace llmops::model {

struct GgufFamily {
  const char* gguf;          ///< `general.architecture`
  const char* architecture;  ///< in families.cc
  /// A key of the architecture (without its prefix) whose presence and value above 0 choose this row; null is any.
  const char* when = nullptr;
  bool permuted = false;                 ///< rows of q and k are stored for turning neighbouring pairs
  bool regrouped = false;                ///< fused qkv is stored as q, k, v one after another, not grouped by key head
  bool norms_plus_one = false;           ///< norm weights are stored with the 1 that Gemma's code adds
  std::span<const PartName> names = {};  ///< where they differ from the usual ones
  const WeightNames* names_for = nullptr;  ///< `names` hold only for checkpoints with these; null: for all
  /// JSON object: settings that GGUF does not keep, because llama.cpp's code has them.
  const char* fixed = "{}";
};

/// @throws InputError  for an architecture that is not in the table, with the nearest one
const GgufFamily& find_gguf_family(const Gguf& gguf);
/// The row that writes `architecture` in GGUF; null for one that GGUF has no name for.
const GgufFamily* gguf_family_of(const ModelConfig& config);

}  // namespace llmops::model
