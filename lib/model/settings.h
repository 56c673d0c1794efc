// config.json as one family reads it: its own names for keys, its defaults, and what it fixes.
#pragma once

#include <string>
#include <vector>

#include "core/json.h"
#include "model/families.h"

namespace llmops::model {

class Settings {
 public:
  Settings(const Family& family, const Json& config, std::string origin);

  /// A size; from config.json under any of its names, or the family's default.
  /// @throws InputError  when it is missing, not a whole number, or beyond 2^30
  int count(const char* key) const;
  int count_or(const char* key, int fallback) const;

  /// Settings that only some families have; `fallback` for the others, and for null.
  double number(const char* key, double fallback) const;
  bool flag(const char* key) const;
  /// True when any of them is.
  bool any(std::initializer_list<const char*> keys) const;
  /// Null where the family does not have it.
  const Json& value(const char* key) const;

  /// Whether the family has the setting, with or without a default.
  bool knows(const char* key) const;

  /// The key that config.json uses for a setting, or would use.
  std::string spelling(const char* key) const;
  const Json& config() const { return config_; }
  const std::string& origin() const { return origin_; }

 private:
  const Family& family_;
  Json config_;
  Json defaults_, fixed_;
  std::string origin_;
};

}  // namespace llmops::model
