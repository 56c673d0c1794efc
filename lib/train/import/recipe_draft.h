// A recipe being imported: keys found so far, and what became of the others.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "config/yaml_tree.h"
#include "core/json.h"

namespace llmops::train {

/// A key of the file that has no counterpart here.
struct LostKey {
  std::string key;  ///< dotted
  int line = 0;     ///< of the file; 0 for what the file leaves out
  std::string reason;
  bool changes_result = false;  ///< else it is about speed, logging, or where things run
};

/// A value of the file.
struct ImportEntry {
  std::string key;  ///< dotted
  int line = 0;
  const config::YamlTree* value = nullptr;

  Json json() const;
  std::string text() const;  ///< of a scalar, as written; "" for others
  /// Null, false or empty: says nothing but that something is not wanted.
  bool off() const;
};

class RecipeDraft {
 public:
  /// @param from  the entry that said so; none for what the other tool would have taken without being told
  void set(const std::string& key, Json value, const ImportEntry* from = nullptr);
  bool has(const std::string& key) const { return values_.contains(key); }
  void lose(const ImportEntry& entry, std::string reason, bool changes_result);
  void lose_unsaid(std::string key, std::string reason, bool changes_result);
  /// What a person must do before the recipe runs.
  void to_do(std::string step) { to_do_.push_back(std::move(step)); }

  /// Puts stand-ins where output_dir and datasets are missing, and takes out keys that this program's reader refuses,
  /// as lost for the reason it gives.
  /// @throws ConfigError  where what is left cannot be read either
  void make_readable(const std::string& origin);

  const Json& values() const { return values_; }
  /// In the order of lines.
  std::vector<LostKey> lost() const;
  const std::vector<std::string>& steps() const { return to_do_; }

 private:
  Json values_ = Json::object();
  std::map<std::string, std::pair<std::string, int>> sources_;  // of values: key and line in the file
  std::vector<LostKey> lost_;
  std::vector<std::string> to_do_;
};

}  // namespace llmops::train
