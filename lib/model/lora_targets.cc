// Matches layers as peft's check_target_module_exists and get_pattern_key do.
#include "model/lora_targets.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <set>

#include "core/error.h"
#include "core/spelling.h"

namespace llmops::model {
namespace {

/// "all-linear", in whatever case.
bool means_all_linear(const ModuleNames& modules) {
  std::string lower = modules.pattern;
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return modules.empty() || lower == "all-linear";
}

std::string last_part(const std::string& path) { return path.substr(path.rfind('.') + 1); }

/// What stands before a layer's number, then the number: the first in a path, as later ones count experts.
std::vector<ModulePattern> layer_patterns(const LoraConfig& config) {
  constexpr const char* kKey = "layers_pattern";
  std::vector<ModulePattern> found;
  for (const std::string& pattern : config.layers_pattern) {
    found.emplace_back(fmt::format(R"((?:^|.*?\.){}\.(?P<idx>\d+)\.)", pattern), kKey, false);
  }
  if (found.empty()) found.emplace_back(R"(.*?\.[^.]*\.(?P<idx>\d+)\.)", kKey, false);
  return found;
}

template <typename T>
std::vector<std::pair<ModulePattern, T>> endings(const std::vector<std::pair<std::string, T>>& patterns,
                                                 const char* key) {
  std::vector<std::pair<ModulePattern, T>> found;
  for (const auto& [pattern, value] : patterns) {
    found.emplace_back(ModulePattern(fmt::format(R"((.*\.)?({})$)", pattern), key, false), value);
  }
  return found;
}

template <typename T>
T first_match(const std::vector<std::pair<ModulePattern, T>>& patterns, const std::string& layer, T otherwise) {
  for (const auto& [pattern, value] : patterns) {
    if (pattern.matches(layer)) return value;
  }
  return otherwise;
}

bool ends_in(const std::string& path, const std::string& name) { return path == name || path.ends_with("." + name); }

}  // namespace

ModuleMatch::ModuleMatch(const ModuleNames& modules, const std::string& key) : names_(modules.names) {
  if (!modules.pattern.empty()) pattern_.emplace(modules.pattern, key, true);
}

bool ModuleMatch::operator()(const std::string& path) const {
  if (pattern_) return pattern_->matches(path);
  return std::any_of(names_.begin(), names_.end(), [&](const std::string& name) { return ends_in(path, name); });
}

LoraTargets::LoraTargets(const LoraConfig& config)
    : config_(config),
      all_linear_(means_all_linear(config.target_modules)),
      target_(all_linear_ ? ModuleNames() : config.target_modules, "target_modules"),
      exclude_(config.exclude_modules, "exclude_modules"),
      layer_patterns_(layer_patterns(config)),
      ranks_(endings(config.rank_pattern, "rank_pattern")),
      alphas_(endings(config.alpha_pattern, "alpha_pattern")) {}

bool LoraTargets::in_layers(const std::string& layer) const {
  const std::vector<int>& wanted = config_.layers_to_transform;
  if (wanted.empty()) return true;
  for (const ModulePattern& pattern : layer_patterns_) {
    const auto index = pattern.index(layer);
    if (index) return std::find(wanted.begin(), wanted.end(), *index) != wanted.end();
  }
  return false;
}

bool LoraTargets::covers(const std::string& layer) const {
  return !exclude_(layer) && (all_linear_ || target_(layer)) && in_layers(layer);
}

int LoraTargets::rank(const std::string& layer) const { return first_match(ranks_, layer, config_.r); }

double LoraTargets::alpha(const std::string& layer) const { return first_match(alphas_, layer, config_.lora_alpha); }

void LoraTargets::check_names(const std::vector<std::string>& layers) const {
  const auto names_one = [&](const std::string& name) {
    return std::any_of(layers.begin(), layers.end(), [&](const std::string& layer) { return ends_in(layer, name); });
  };
  for (const std::string& name : config_.target_modules.names) {
    if (names_one(name)) continue;
    std::set<std::string> parts;
    for (const std::string& layer : layers) parts.insert(last_part(layer));
    const std::vector<std::string> known(parts.begin(), parts.end());
    std::string list;
    for (const std::string& part : known) list += (list.empty() ? "'" : ", '") + part + "'";
    throw InputError(fmt::format("lora_target_modules: '{}' names no layer of the model", name),
                     did_you_mean(name, known, "its layers are " + list));
  }
}

void LoraTargets::check_patterns(const std::vector<std::string>& chosen) const {
  const auto check = [&](const auto& patterns, const auto& texts, const char* key) {
    for (std::size_t i = 0; i < patterns.size(); ++i) {
      if (std::any_of(chosen.begin(), chosen.end(),
                      [&](const auto& layer) { return patterns[i].first.matches(layer); })) {
        continue;
      }
      throw InputError(fmt::format("{}: '{}' matches no layer that gets an adapter", key, texts[i].first),
                       "it is a regular expression for the end of a layer's path, from a dot on");
    }
  };
  check(ranks_, config_.rank_pattern, "rank_pattern");
  check(alphas_, config_.alpha_pattern, "alpha_pattern");
}

std::vector<std::string> LoraTargets::among(const std::vector<std::string>& layers) const {
  check_names(layers);
  std::vector<std::string> chosen;
  for (const std::string& layer : layers) {
    if (covers(layer)) chosen.push_back(layer);
  }
  if (chosen.empty()) {
    throw InputError("lora_target_modules: no layer of the model is left to train",
                     fmt::format("its layers are called as '{}' is", layers.empty() ? "" : layers.front()));
  }
  check_patterns(chosen);
  return chosen;
}

}  // namespace llmops::model
