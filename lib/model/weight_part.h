// The weights of a decoder by what they do, whatever a family calls them.
#pragma once

#include <span>

namespace llmops::model {

enum class Part {
  kEmbedding,
  kPositions,
  kEmbeddingNorm,
  kFinalNorm,
  kHead,
  // In a layer: norms of what goes into attention and feed-forward, and of what comes out of them.
  kAttentionIn,
  kAttentionOut,
  kMlpIn,
  kMlpOut,
  kQuery,
  kKey,
  kValue,
  kQkv,
  kOutput,
  kQueryNorm,
  kKeyNorm,
  kGate,
  kUp,
  kGateUp,
  kDown,
  kRouter,
  kExpertGate,
  kExpertUp,
  kExpertDown,
};

struct PartName {
  Part part;
  const char* name;  ///< without ".weight"; in a layer without its prefix; "{}" stands for an expert's index
};

/// What a family's checkpoints call their tensors.
struct WeightNames {
  const char* base;                 ///< of everything but the head, "model."; checkpoints of the bare decoder lack it
  const char* layer;                ///< after the base, "layers."; then the index and a dot
  std::span<const PartName> parts;  ///< in checkpoint order; base and layer prefix not included
  bool transposed = false;          ///< matrices inside layers are stored (in, out), as GPT-2's Conv1D does
  const char* old_base = "";        ///< that older checkpoints have in place of `base`
};

constexpr bool is_global(Part part) { return part <= Part::kHead; }
constexpr bool is_expert(Part part) { return part >= Part::kExpertGate; }
constexpr bool is_norm(Part part) {
  return part == Part::kEmbeddingNorm || part == Part::kFinalNorm ||
         (part >= Part::kAttentionIn && part <= Part::kMlpOut) || part == Part::kQueryNorm || part == Part::kKeyNorm;
}

}  // namespace llmops::model
