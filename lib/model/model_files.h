// Which files of a Hugging Face folder make up a model, and copying them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace llmops::model {

/// Configuration, tokenizer, template, licence and safetensors weights, and those of sentence-transformers' modules in
/// folders such as "1_Pooling/"; plain names only, so that a name from a server can never lead out of a folder.
bool is_model_file(const std::string& name);

/// Weights as hubs had them before safetensors: "pytorch_model.bin", its shards and their index.
bool is_pickled_weights(const std::string& name);

/// Copies a model's files into `to`, which exists; pickled weights, where there are no others, become safetensors.
/// @param link  hard links where the file system allows: only for folders that nobody writes to afterwards
/// @throws NotFoundError  where `from` has no config.json
void copy_model_files(const std::filesystem::path& from, const std::filesystem::path& to, bool link);

/// A tokenizer and its chat template, whichever files they are made of.
void copy_tokenizer_files(const std::filesystem::path& from, const std::filesystem::path& to);

/// config.json with another number format, and all other small files (tokenizer, template, licence) as they are.
/// @param dtype   "bfloat16", "float32"
/// @param unties  the head is a weight of its own now
void copy_description(const std::filesystem::path& model, const std::string& dtype, bool unties,
                      const std::filesystem::path& to);

struct ModelFacts {
  std::string architecture;     ///< "LlamaForCausalLM"
  std::int64_t parameters = 0;  ///< that are used
  std::string dtype;            ///< as config.json has it: "bfloat16"
};

/// Reads the configuration of a decoder or an encoder and checks every weight's presence and shape.
/// @throws NotFoundError, InputError
ModelFacts check_model_folder(const std::filesystem::path& folder);

}  // namespace llmops::model
