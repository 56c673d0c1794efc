// Modules that an adapter keeps whole, PEFT's modules_to_save: which weights those are. Free of libtorch.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "model/lora_config.h"
#include "model/weight_layout.h"

namespace llmops::model {

/// Every weight that an adapter may keep whole. A head that is the embedding is here beside it, under its own name.
std::vector<ExpectedTensor> keepable_tensors(const ModelConfig& config);

/// Weights of the modules whose paths end in a name of `lora.modules_to_save`, letter by letter as peft compares:
/// "norm" is "model.norm" and every "input_layernorm", "mlp" all that is in one. With `ensure_weight_tying` a head that
/// is the embedding comes with it.
/// @throws InputError  for a name that no path ends in, with near names; but not for those that peft writes of every
/// classifier, whatever its head is called
std::vector<ExpectedTensor> saved_tensors(const ModelConfig& config, const LoraConfig& lora);

/// Weights kept whole by Hugging Face's names ("lm_head.weight"), as they are stored.
using SavedWeights = std::map<std::string, std::vector<float>>;

/// What the model is once an adapter keeps `tensor` whole: its head and embedding are two, if that is one of them; a
/// reward model, where that is its head.
ModelConfig with_kept_weight(ModelConfig config, Part part);
ModelConfig with_kept_weights(ModelConfig config, const SavedWeights& saved);

/// What a model's files have in the place of `tensor`: the embedding, for a head that is one with it there.
/// @param stored  of the files
ExpectedTensor stored_tensor(const ModelConfig& stored, const ExpectedTensor& tensor);

}  // namespace llmops::model
