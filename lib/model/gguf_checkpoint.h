// A GGUF file seen as a Hugging Face checkpoint: names, shapes, permutation of query and key rows, tokenizer, template.
#pragma once

#include "model/gguf.h"
#include "model/model_config.h"
#include "text/chat_template.h"
#include "text/tokenizer.h"

namespace llmops::model {

ModelConfig gguf_model_config(const Gguf& gguf);
/// "blk.3.attn_q.weight" -> "model.layers.3.self_attn.q_proj.weight"; "" for one without a counterpart.
std::string gguf_to_hf_name(const std::string& name);
std::string hf_to_gguf_name(const std::string& name);
/// Reads a tensor by its Hugging Face name into float32, undoing llama.cpp's row permutation of q_proj and k_proj where
/// the architecture has it. @param out  elements of the tensor
void read_gguf_tensor(const Gguf& gguf, const ModelConfig& config, const std::string& hf_name, std::span<float> out);

/// tokenizer.json from the metadata alone: vocabulary, merges, the pre-tokenizer that `tokenizer.ggml.pre` names
/// (SmolLM splits digits one by one), added tokens, and the end token.
Json gguf_tokenizer_json(const Gguf& gguf);
Json gguf_tokenizer_config_json(const Gguf& gguf);
std::unique_ptr<text::Tokenizer> load_gguf_tokenizer(const Gguf& gguf);
std::unique_ptr<text::ChatTemplate> load_gguf_chat_template(const Gguf& gguf);

/// Writes config.json, generation_config.json, tokenizer files, the template and model.safetensors (bfloat16, or the
/// dtype named) into `directory`.
void convert_gguf_to_hf(const std::filesystem::path& gguf, const std::filesystem::path& directory,
                        const std::string& dtype);

}  // namespace llmops::model
