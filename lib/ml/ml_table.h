// The seam between the binary and what needs libtorch: one table of plain functions, opened on first use.
#pragma once

#include <memory>

#include "infer/embedder.h"
#include "train/finetune_lora.h"

namespace llmops::ml {

/// Bumped with any change of the table or of a struct that crosses it: a library of another build is refused.
inline constexpr int kMlAbiVersion = 17;

struct MlTable {
  int abi_version;
  const char* description;  ///< "libtorch 2.13.0+cpu"
  std::unique_ptr<infer::Embedder> (*open_embedder)(const infer::EmbedderOptions&);
  train::FinetuneReport (*finetune_lora)(const train::FinetuneRecipe&, const train::FinetuneHooks&);
};

/// Opens libllmops_ml.so beside the binary (or in ../lib), once.
/// @throws SystemError  when it is missing or of another build, saying where it was looked for
const MlTable& ml();

}  // namespace llmops::ml
