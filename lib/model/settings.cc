// Looks settings up in config.json, what the family fixes and what it assumes.
#include "model/settings.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"

namespace llmops::model {
namespace {

const Json kNull;

/// Settings that every family has, with what is assumed where neither config.json nor the family says otherwise.
constexpr const char* kUniversal = R"({"rms_norm_eps": 1e-6, "hidden_act": "silu", "rope_theta": 10000,
                                       "tie_word_embeddings": false})";

Json merged(const char* base, const char* more) {
  Json json = Json::parse(base);
  json.update(Json::parse(more));
  return json;
}

bool has_value(const Json& object, const std::string& key) {
  const auto found = object.find(key);
  return found != object.end() && !found->is_null();
}

/// JSON's own conversion would wrap silently.
int checked_count(const Json& value, const std::string& key, const std::string& origin) {
  if (!value.is_number_integer()) throw_json_type(key.c_str(), value, origin);
  constexpr std::int64_t kMax = std::int64_t{1} << 30;
  const bool fits =
      value.is_number_unsigned() ? value.get<std::uint64_t>() <= std::uint64_t{kMax} : value.get<std::int64_t>() >= 0;
  if (!fits) throw InputError(fmt::format("{}: '{}' is {}, expected 0 to {}", origin, key, value.dump(), kMax));
  return value.get<int>();
}

}  // namespace

Settings::Settings(const Family& family, const Json& config, std::string origin)
    : family_(family),
      config_(config),
      defaults_(merged(kUniversal, family.defaults)),
      fixed_(Json::parse(family.fixed)),
      origin_(std::move(origin)) {}

std::string Settings::spelling(const char* key) const {
  std::string first;
  for (const KeyName& name : family_.keys) {
    if (std::string_view(name.usual) != key) continue;
    if (has_value(config_, name.own)) return name.own;
    if (first.empty()) first = name.own;
  }
  return first.empty() || has_value(config_, key) ? key : first;
}

const Json& Settings::value(const char* key) const {
  if (fixed_.contains(key)) return fixed_[key];
  if (!defaults_.contains(key)) return kNull;
  const auto found = config_.find(spelling(key));
  // A null in config.json switches off what would be on by default ("sliding_window": null).
  return found != config_.end() ? *found : defaults_[key];
}

bool Settings::knows(const char* key) const { return defaults_.contains(key) || fixed_.contains(key); }

int Settings::count(const char* key) const {
  const std::string own = spelling(key);
  if (has_value(fixed_, key)) return fixed_[key].get<int>();
  if (has_value(config_, own)) return checked_count(config_[own], own, origin_);
  if (has_value(defaults_, key)) return defaults_[key].get<int>();
  throw_json_missing(own.c_str(), origin_);
}

int Settings::count_or(const char* key, int fallback) const {
  const std::string own = spelling(key);
  const bool found = has_value(fixed_, key) || has_value(config_, own) || has_value(defaults_, key);
  return found ? count(key) : fallback;
}

double Settings::number(const char* key, double fallback) const {
  const Json& found = value(key);
  if (found.is_null()) return fallback;
  if (!found.is_number()) throw_json_type(spelling(key).c_str(), found, origin_);
  return found.get<double>();
}

bool Settings::flag(const char* key) const {
  const Json& found = value(key);
  if (found.is_null()) return false;
  if (!found.is_boolean()) throw_json_type(spelling(key).c_str(), found, origin_);
  return found.get<bool>();
}

bool Settings::any(std::initializer_list<const char*> keys) const {
  return std::any_of(keys.begin(), keys.end(), [this](const char* key) { return flag(key); });
}

}  // namespace llmops::model
