// What a model's configuration says about its special tokens.
#include "text/special_tokens.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "core/error.h"
#include "text/bpe/tokenizer_file.h"

namespace llmops::text {
namespace {

// An id, or the first of a list: chat models name several ends, the first is the turn's.
std::optional<std::int64_t> first_id(const Json& config, const char* key, const std::string& origin) {
  const auto value = json_get_or(config, key, Json(nullptr), origin);
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (value.is_array() && !value.empty() && value[0].is_number_integer()) return value[0].get<std::int64_t>();
  if (value.is_null() || (value.is_array() && value.empty())) return std::nullopt;
  throw_json_type(key, value, origin);
}

std::optional<bool> flag(const Json& config, const char* key, const std::string& origin) {
  const auto value = json_get_or(config, key, Json(nullptr), origin);
  if (value.is_null()) return std::nullopt;
  return json_get<bool>(config, key, origin);
}

std::vector<AddedToken> added_tokens(const Json& config, const std::string& origin) {
  std::vector<AddedToken> tokens;
  const auto table = json_get_or(config, "added_tokens_decoder", Json::object(), origin);
  if (!table.is_object()) throw_json_type("added_tokens_decoder", table, origin);
  for (const auto& [key, entry] : table.items()) {
    std::int64_t id = -1;
    const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), id);
    const std::string where = origin + ": added_tokens_decoder['" + key + "']";
    if (error != std::errc() || end != key.data() + key.size()) throw InputError(where + ": the key is not a number");
    AddedToken token = read_added_token(entry, where);
    token.id = checked_token_id(id, token.content, origin);
    tokens.push_back(std::move(token));
  }
  std::sort(tokens.begin(), tokens.end(), [](const AddedToken& a, const AddedToken& b) { return a.id < b.id; });
  return tokens;
}

}  // namespace

std::string special_token_text(const Json& tokenizer_config, const char* key, const std::string& origin) {
  const auto value = json_get_or(tokenizer_config, key, Json(nullptr), origin);
  if (value.is_null()) return "";
  if (value.is_object()) return json_get<std::string>(value, "content", origin + ": " + key);
  return json_get<std::string>(tokenizer_config, key, origin);
}

SpecialTokens read_special_tokens(const Json& config, const std::string& origin) {
  if (!config.is_object() && !config.is_null()) throw InputError(origin + ": not a JSON object");
  SpecialTokens tokens;
  tokens.origin = origin;
  tokens.bos = special_token_text(config, "bos_token", origin);
  tokens.eos = special_token_text(config, "eos_token", origin);
  tokens.unk = special_token_text(config, "unk_token", origin);
  tokens.pad = special_token_text(config, "pad_token", origin);
  tokens.bos_id = first_id(config, "bos_token_id", origin);
  tokens.eos_id = first_id(config, "eos_token_id", origin);
  tokens.add_bos = flag(config, "add_bos_token", origin);
  tokens.add_eos = flag(config, "add_eos_token", origin);
  tokens.legacy = flag(config, "legacy", origin);
  tokens.add_prefix_space = flag(config, "add_prefix_space", origin).value_or(true);
  tokens.tokenizer_class = json_get_or<std::string>(config, "tokenizer_class", "", origin);
  tokens.added = added_tokens(config, origin);
  return tokens;
}

SpecialTokens load_special_tokens(const std::filesystem::path& folder) {
  const auto path = folder / "tokenizer_config.json";
  SpecialTokens tokens =
      read_special_tokens(std::filesystem::exists(path) ? read_json_file(path) : Json(nullptr), path.string());
  for (const char* name : {"generation_config.json", "config.json"}) {
    const auto config_path = folder / name;
    if (!std::filesystem::exists(config_path)) continue;
    const Json config = read_json_file(config_path);
    if (!tokens.bos_id) tokens.bos_id = first_id(config, "bos_token_id", config_path.string());
    if (!tokens.eos_id) tokens.eos_id = first_id(config, "eos_token_id", config_path.string());
  }
  return tokens;
}

}  // namespace llmops::text
