// What "model" of tokenizer.json says beside vocabulary and merges.
#pragma once

#include <string>

#include "core/json.h"

namespace llmops::text {

struct BpeOptions {
  std::string unknown_token = {};  ///< "" for none: what is unknown is left out
  bool fuse_unknown = false;       ///< neighbouring unknown characters are one token
  bool byte_fallback = false;      ///< an unknown character is its bytes, "<0x0A>", where the vocabulary has them all
  bool ignore_merges = false;      ///< a word that is a token is that token, whatever the merges make of it
  std::string continuing_prefix = {};   ///< written before each character of a word but the first ("##")
  std::string end_of_word_suffix = {};  ///< written behind the last ("</w>")
};

/// "dropout" is not read: it makes training noisy and has no place where text is encoded for use.
/// @throws InputError  for a value of the wrong type
BpeOptions read_bpe_options(const Json& model, const std::string& origin);
/// The way back, "type" included, in the order of the tokenizers package.
Json bpe_options_json(const BpeOptions& options);

}  // namespace llmops::text
