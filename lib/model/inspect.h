// What a file or folder holds: configuration, tensors, licence, template.
#pragma once

#include <string>
#include <vector>

#include "core/json.h"
#include "model/tensor_file.h"

namespace llmops::model {

struct InspectedTensor {
  std::string name;
  DType dtype = DType::kF32;
  std::vector<std::int64_t> shape;
  std::uint64_t bytes = 0;
  std::string sha256;  ///< of its bytes as stored; "" unless asked for
};

struct Inspection {
  std::string path;
  std::string format;                    ///< "safetensors", "pytorch", "gguf", "numpy" or "tokenizer"
  std::string kind;                      ///< "model", "adapter", "tensors" or "tokenizer"
  std::string architecture, licence;     ///< "" where the files do not say
  std::string chat_template;             ///< source; "" for none
  Json config = Json::object();          ///< config.json, adapter_config.json
  Json metadata = Json::object();        ///< of the tensor file; long arrays as their number of elements
  Json tokenizer = Json::object();       ///< kind, sizes, special tokens
  std::vector<InspectedTensor> tensors;  ///< in the order of the file

  Json json() const;
  /// @param width  of the terminal; 0 never cuts
  std::string text(int width) const;
};

/// @param path    GGUF, safetensors, torch.save's or NumPy's file, an index of shards, tokenizer.json, or a folder
/// @param hashes  SHA-256 of every tensor: reads all of them
/// @throws NotFoundError, InputError
Inspection inspect(const std::string& path, bool hashes);

}  // namespace llmops::model
