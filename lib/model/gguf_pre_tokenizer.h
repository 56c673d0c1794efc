// What `tokenizer.ggml.pre` stands for: how text is cut before byte-pair merging, as parts of a tokenizer.json.
#pragma once

#include <string>

#include "core/json.h"

namespace llmops::model {

struct GgufPreTokenizer {
  Json normalizer;  ///< null for none
  Json pre_tokenizer;
  bool ignore_merges = false;  ///< a piece that is a token by itself is not merged
  bool add_bos = false;        ///< where the file does not say
};

/// @param name    value of `tokenizer.ggml.pre`; "" for the oldest files, which mean "default"
/// @param origin  file, for errors
/// @throws InputError  for a name we do not know, with those we do
GgufPreTokenizer gguf_pre_tokenizer(const std::string& name, const std::string& origin);

}  // namespace llmops::model
