// What a model's configuration says about its special tokens.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "core/json.h"
#include "text/pipeline/added_tokens.h"
#include "text/tokenizer.h"

namespace llmops::text {

struct SpecialTokens {
  std::string origin;                          ///< for errors
  std::string bos, eos, unk, pad;              ///< texts; "" where not given
  std::optional<std::int64_t> bos_id, eos_id;  ///< from generation_config.json or config.json
  std::optional<bool> add_bos, add_eos;
  std::optional<bool> legacy;  ///< LlamaTokenizer's
  bool add_prefix_space = true;
  std::string tokenizer_class;    ///< "LlamaTokenizer", say; "" where not given
  std::vector<AddedToken> added;  ///< "added_tokens_decoder", by id; tokenizer.json has its own list
};

/// @param tokenizer_config  as tokenizer_config.json: bos_token, ... (a string or {"content": ...}), add_bos_token,
/// ...; bos_token_id and eos_token_id are read too
/// @throws InputError  for wrong types
SpecialTokens read_special_tokens(const Json& tokenizer_config, const std::string& origin);

/// From tokenizer_config.json in a folder, then ids from generation_config.json and config.json; each may be absent.
SpecialTokens load_special_tokens(const std::filesystem::path& folder);

/// "bos_token" and the like: a string or {"content": ...}; "" where absent or null.
std::string special_token_text(const Json& tokenizer_config, const char* key, const std::string& origin);

}  // namespace llmops::text
