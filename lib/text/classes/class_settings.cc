// What the small files beside a vocabulary say to its tokenizer class.
#include "text/classes/class_settings.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"
#include "text/bpe/tokenizer_file.h"
#include "text/classes/name_list.h"
#include "text/special_tokens.h"

namespace llmops::text {
namespace {

namespace fs = std::filesystem;

constexpr const char* kNamedKeys[] = {"bos_token", "eos_token", "unk_token", "sep_token",
                                      "pad_token", "cls_token", "mask_token"};
constexpr const char* kListKeys[] = {"extra_special_tokens", "additional_special_tokens"};
constexpr int kMaxCount = 10000;

AddedToken special_token(std::string content) {
  AddedToken token;
  token.content = std::move(content);
  token.special = true;
  return token;
}

/// A text, or an object with flags.
AddedToken token_of(const Json& value, const std::string& where) {
  if (value.is_string()) return special_token(value.get<std::string>());
  if (!value.is_object()) throw InputError(where + ": a token is neither a text nor an object");
  AddedToken token = read_added_token(value, where);
  token.normalized = json_get_or(value, "normalized", false, where);
  token.special = true;
  return token;
}

/// "mask+=<mask>" of a class's row under "mask_token"; nothing where the class has no such token.
std::optional<AddedToken> token_of_class(const TokenizerClass& kind, std::string_view key) {
  for (const std::string_view entry : split_names(kind.specials)) {
    const std::size_t equals = entry.find('=');
    const bool takes_space = entry[equals - 1] == '+';
    if (std::string(entry.substr(0, equals - (takes_space ? 1 : 0))) + "_token" != key) continue;
    AddedToken token = special_token(std::string(entry.substr(equals + 1)));
    token.lstrip = takes_space;
    return token;
  }
  return std::nullopt;
}

Json read_if_there(const fs::path& path) {
  if (!fs::exists(path)) return Json::object();
  Json json = read_json_file(path);
  if (!json.is_object()) throw InputError(path.string() + ": not a JSON object");
  return json;
}

}  // namespace

ClassSettings::ClassSettings(const TokenizerClass& kind, const fs::path& folder)
    : kind_(kind),
      origin_((folder / "tokenizer_config.json").string()),
      config_(read_if_there(folder / "tokenizer_config.json")) {
  // What the config lists with ids replaces the two older files.
  const bool listed = config_.contains("added_tokens_decoder");
  if (!listed) merge_special_tokens_map(folder / "special_tokens_map.json");
  listed_ = read_special_tokens(config_, origin_).added;
  read_named();
  if (!listed) read_listed(folder / "added_tokens.json");
  for (Named& named : named_) {
    for (AddedToken& token : listed_) {
      if (token.content != named.token.content) continue;
      token.special = true;
      named.token = token;
    }
  }
}

void ClassSettings::merge_special_tokens_map(const fs::path& path) {
  const Json map = read_if_there(path);
  for (const auto& [key, value] : map.items()) {
    if (key == "additional_special_tokens") {
      // A model file's own control tokens take the place of this list.
      const bool taken = config_.contains(kListKeys[0]) || config_.contains(kListKeys[1]);
      if (!taken && !reads_pieces(kind_.kind)) config_[kListKeys[0]] = value;
    } else {
      config_[key] = value;
    }
  }
}

void ClassSettings::read_named() {
  const auto add = [&](const std::string& key, const AddedToken& token) { named_.push_back({key, token}); };
  for (const char* key : kNamedKeys) {
    const auto found = config_.find(key);
    if (found == config_.end()) {
      if (const auto token = token_of_class(kind_, key)) add(key, *token);
    } else if (!found->is_null()) {
      add(key, token_of(*found, origin_ + ": " + key));
    }
  }
  for (const auto& [key, value] : config_.items()) {
    const bool known = std::find(std::begin(kNamedKeys), std::end(kNamedKeys), key) != std::end(kNamedKeys);
    if (!known && key.ends_with("_token") && value.is_string()) add(key, special_token(value.get<std::string>()));
  }
}

void ClassSettings::read_listed(const fs::path& added_tokens_json) {
  const std::string where = added_tokens_json.string();
  const Json tokens = read_if_there(added_tokens_json);
  for (const auto& [content, id] : tokens.items()) {
    AddedToken token;
    token.content = content;
    if (!id.is_number_integer()) throw_json_type(content.c_str(), id, where);
    token.id = checked_token_id(id.get<std::int64_t>(), content, where);
    token.special = is_named(content);
    token.normalized = !token.special;
    listed_.push_back(std::move(token));
  }
  std::sort(listed_.begin(), listed_.end(), [](const AddedToken& a, const AddedToken& b) { return a.id < b.id; });
}

bool ClassSettings::is_named(const std::string& content) const {
  const auto further = further_tokens({});
  return std::any_of(named_.begin(), named_.end(), [&](const Named& n) { return n.token.content == content; }) ||
         std::any_of(further.begin(), further.end(), [&](const AddedToken& t) { return t.content == content; });
}

bool ClassSettings::option(const char* name) const {
  const std::string always = std::string(name) + "!";
  return holds_name(kind_.options, always) || json_get_or(config_, name, holds_name(kind_.options, name), origin_);
}

std::string ClassSettings::text(const char* key) const {
  const auto found = std::find_if(named_.begin(), named_.end(), [&](const Named& named) { return named.key == key; });
  return found == named_.end() ? "" : found->token.content;
}

int ClassSettings::count(const char* name, int fallback) const {
  const auto count = json_get_or<std::int64_t>(config_, name, fallback, origin_);
  if (count < 0 || count > kMaxCount) throw InputError(fmt::format("{}: '{}' is {}", origin_, name, count));
  return static_cast<int>(count);
}

std::string ClassSettings::language() const {
  return json_get_or<std::string>(config_, "src_lang", kind_.language, origin_);
}

std::vector<AddedToken> ClassSettings::further_tokens(const std::vector<AddedToken>& of_model) const {
  std::vector<AddedToken> tokens;
  for (const char* key : kListKeys) {
    const auto found = config_.find(key);
    if (found == config_.end() || (key == kListKeys[0] && found->empty() && config_.contains(kListKeys[1]))) continue;
    if (found->is_object() || found->is_array()) {
      for (const Json& value : *found) tokens.push_back(token_of(value, origin_ + ": " + key));
    }
    return tokens;
  }
  if (kind_.order != PieceOrder::kPegasus) tokens = of_model;
  for (std::string& content : counted_tokens(*this)) tokens.push_back(special_token(std::move(content)));
  if (kind_.languages != nullptr) {
    for (const std::string_view code : *kind_.languages) tokens.push_back(special_token(std::string(code)));
  }
  return tokens;
}

std::vector<AddedToken> ClassSettings::added_tokens(const std::vector<AddedToken>& of_model) const {
  std::vector<AddedToken> tokens = listed_;
  for (const Named& named : named_) tokens.push_back(named.token);
  for (const std::string_view content : split_names(kind_.more)) {
    tokens.push_back(special_token(std::string(content)));
  }
  for (AddedToken& token : further_tokens(of_model)) tokens.push_back(std::move(token));
  return tokens;
}

std::vector<std::string> counted_tokens(const ClassSettings& settings) {
  std::vector<std::string> tokens;
  if (settings.kind().order == PieceOrder::kExtraIds) {
    for (int i = settings.count("extra_ids", 100); i > 0; --i) tokens.push_back(fmt::format("<extra_id_{}>", i - 1));
  } else if (settings.kind().order == PieceOrder::kPegasus) {
    tokens.emplace_back("<mask_1>");
    for (int i = 2; i < settings.count("offset", 103); ++i) tokens.push_back(fmt::format("<unk_{}>", i));
  }
  return tokens;
}

}  // namespace llmops::text
