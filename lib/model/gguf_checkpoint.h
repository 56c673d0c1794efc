// A GGUF file seen as a Hugging Face checkpoint: names, shapes, the order of rows, tokenizer, template.
#pragma once

#include "model/gguf.h"
#include "model/model_config.h"
#include "model/weight_layout.h"
#include "text/chat_template.h"
#include "text/tokenizer.h"

namespace llmops::model {

ModelConfig gguf_model_config(const Gguf& gguf);
/// "blk.3.attn_q.weight"; one name for all experts of a layer.
/// @throws InputError  for a model that GGUF has no name for
std::string gguf_weight_name(const ModelConfig& config, const ExpectedTensor& tensor);
/// Reads a tensor as Hugging Face stores it into float32, undoing what llama.cpp's converter does to it: permuted and
/// regrouped rows, transposed matrices, merged experts, norms with 1 added.
/// @param out  elements of the tensor
/// @throws InputError  when it is missing, or has a shape that does not fit
void read_gguf_tensor(const Gguf& gguf, const ModelConfig& config, const ExpectedTensor& tensor, std::span<float> out);
/// Whether a tensor is there, with the right shape; before its values are read. @throws InputError  as above
void check_gguf_tensor(const Gguf& gguf, const ModelConfig& config, const ExpectedTensor& tensor);
/// The same in the other direction, on values as Hugging Face stores them; experts stay apart.
/// @returns the values, of the shape that gguf_weight_shape() gives
std::vector<float> as_gguf_stores(const ModelConfig& config, const ExpectedTensor& tensor, std::vector<float> values);
/// (out, in) for matrices, whatever Hugging Face does.
std::vector<std::int64_t> gguf_weight_shape(const ExpectedTensor& tensor);

/// tokenizer.json from the metadata alone: vocabulary, merges, the pre-tokenizer that `tokenizer.ggml.pre` names
/// (SmolLM splits digits one by one), added tokens, and the end token.
Json gguf_tokenizer_json(const Gguf& gguf);
Json gguf_tokenizer_config_json(const Gguf& gguf);
std::unique_ptr<text::Tokenizer> load_gguf_tokenizer(const Gguf& gguf);
/// "tokenizer.chat_template" as "default", and each "tokenizer.chat_template.NAME".
std::vector<text::NamedTemplate> gguf_chat_templates(const Gguf& gguf);
std::unique_ptr<text::ChatTemplate> load_gguf_chat_template(const Gguf& gguf);

/// Writes config.json, generation_config.json, tokenizer files, the template and model.safetensors (bfloat16, or the
/// dtype named) into `directory`.
void convert_gguf_to_hf(const std::filesystem::path& gguf, const std::filesystem::path& directory,
                        const std::string& dtype);

}  // namespace llmops::model
