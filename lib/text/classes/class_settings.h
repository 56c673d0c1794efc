// What the small files beside a vocabulary say to its tokenizer class: tokenizer_config.json, special_tokens_map.json,
// added_tokens.json.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/json.h"
#include "text/classes/tokenizer_class.h"
#include "text/pipeline/added_tokens.h"

namespace llmops::text {

class ClassSettings {
 public:
  /// @throws InputError  for a file that is not JSON, and for wrong types
  ClassSettings(const TokenizerClass& kind, const std::filesystem::path& folder);

  const TokenizerClass& kind() const { return kind_; }
  const std::string& origin() const { return origin_; }
  /// A boolean; where the files are silent, what the class says.
  bool option(const char* name) const;
  /// As it is written; null where it is not.
  Json value(const char* name) const { return json_get_or(config_, name, Json(nullptr), origin_); }
  /// "bos_token" and the like: its text; "" where there is none.
  std::string text(const char* key) const;
  /// `extra_ids` or `offset`, which make many tokens. @throws InputError  for a count outside of 0 to 10,000
  int count(const char* name, int fallback) const;
  std::string language() const;

  /// Tokens that the vocabulary gets or has, in the order in which new ones are numbered; a text may be there twice.
  /// @param of_model  those that the model file itself calls control or user-defined
  std::vector<AddedToken> added_tokens(const std::vector<AddedToken>& of_model) const;

 private:
  struct Named {
    std::string key;
    AddedToken token;
  };
  void merge_special_tokens_map(const std::filesystem::path& path);
  void read_named();
  void read_listed(const std::filesystem::path& added_tokens_json);
  bool is_named(const std::string& content) const;
  std::vector<AddedToken> further_tokens(const std::vector<AddedToken>& of_model) const;

  const TokenizerClass& kind_;
  std::string origin_;
  Json config_;
  std::vector<Named> named_;
  std::vector<AddedToken> listed_;  // by id
};

/// "<extra_id_99>" and the like, which a class makes by counting, in the order of their ids.
std::vector<std::string> counted_tokens(const ClassSettings& settings);

}  // namespace llmops::text
