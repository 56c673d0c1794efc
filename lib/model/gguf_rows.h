// A matrix of a GGUF file as it lies there, for those who can read its blocks.
#pragma once

#include <cstddef>
#include <vector>

#include "model/gguf.h"
#include "model/model_config.h"
#include "model/weight_layout.h"

namespace llmops::model {

struct GgufRows {
  TensorView view;                 ///< (out, in), whatever Hugging Face does
  std::vector<std::size_t> order;  ///< row i of Hugging Face's is row order[i] here; empty where both agree
};

/// @throws InputError  when it is missing, or has a shape that does not fit
GgufRows find_gguf_rows(const Gguf& gguf, const ModelConfig& config, const ExpectedTensor& tensor);

}  // namespace llmops::model
