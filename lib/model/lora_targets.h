// Which layers an adapter sits on, and with what rank: PEFT's rules of matching names. Free of libtorch.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/lora_config.h"

namespace llmops::model {

/// A regular expression in Python's syntax, tried from the first character on.
class ModulePattern {
 public:
  /// @param whole  must match to the last character too
  /// @throws InputError  for a pattern that does not compile, naming `key`
  ModulePattern(const std::string& pattern, const std::string& key, bool whole);
  bool matches(std::string_view path) const { return match(path, nullptr); }
  /// The number that its group "idx" matched. @throws InputError  when a match takes more steps than the limit
  std::optional<int> index(std::string_view path) const;

 private:
  bool match(std::string_view path, std::string* index) const;

  std::shared_ptr<void> code_;
  std::string key_;
};

/// Equal to one of the names, or ending in ".NAME"; or matched as a whole by the pattern.
class ModuleMatch {
 public:
  ModuleMatch(const ModuleNames& modules, const std::string& key);
  bool operator()(const std::string& path) const;

 private:
  std::vector<std::string> names_;
  std::optional<ModulePattern> pattern_;
};

class LoraTargets {
 public:
  /// @throws InputError  for a pattern that does not compile, naming the key
  explicit LoraTargets(const LoraConfig& config);

  bool covers(const std::string& layer) const;
  int rank(const std::string& layer) const;
  double alpha(const std::string& layer) const;
  double scale(const std::string& layer) const { return config_.scale(rank(layer), alpha(layer)); }

  /// Those of `layers` that it covers.
  /// @throws InputError  for a name or pattern that fits none of them, with near names; or when none is left
  std::vector<std::string> among(const std::vector<std::string>& layers) const;

 private:
  bool in_layers(const std::string& layer) const;
  void check_names(const std::vector<std::string>& layers) const;
  void check_patterns(const std::vector<std::string>& chosen) const;

  LoraConfig config_;
  bool all_linear_;
  ModuleMatch target_, exclude_;
  std::vector<ModulePattern> layer_patterns_;
  std::vector<std::pair<ModulePattern, int>> ranks_;
  std::vector<std::pair<ModulePattern, double>> alphas_;
};

}  // namespace llmops::model
