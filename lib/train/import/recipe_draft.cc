// A recipe being imported.
#include "train/import/recipe_draft.h"

#include <algorithm>
#include <sstream>

#include "config/yaml_scalar.h"
#include "core/error.h"
#include "train/recipe_text.h"

namespace llmops::train {
namespace {

/// What the reader says against a recipe, a line a problem, without its place in the text.
std::vector<std::string> problems_of(const Json& values) {
  try {
    parse_finetune_recipe(recipe_yaml(values), "recipe");
    return {};
  } catch (const ConfigError& error) {
    std::vector<std::string> problems;
    std::istringstream lines(error.what());
    for (std::string line; std::getline(lines, line);) problems.push_back(line.substr(line.find(": ") + 2));
    return problems;
  }
}

std::string first_missing(const std::vector<std::string>& problems, const std::vector<std::string>& others) {
  for (const std::string& problem : problems) {
    if (std::find(others.begin(), others.end(), problem) == others.end()) return problem;
  }
  return problems.front();
}

}  // namespace

Json ImportEntry::json() const {
  if (value->kind != config::YamlTree::Kind::kScalar || !value->plain) return config::yaml_to_json(*value);
  // YAML 1.1, which both tools read: words for true and false, and grouped digits.
  static const std::map<std::string, Json> kWords = {{"yes", true},  {"Yes", true},  {"YES", true},  {"on", true},
                                                     {"On", true},   {"no", false},  {"No", false},  {"NO", false},
                                                     {"off", false}, {"Off", false}, {"OFF", false}, {"ON", true}};
  const auto word = kWords.find(value->text);
  if (word != kWords.end()) return word->second;
  config::YamlTree number = *value;
  std::erase(number.text, '_');
  const Json grouped = config::yaml_to_json(number);
  return grouped.is_number() ? grouped : config::yaml_to_json(*value);
}

std::string ImportEntry::text() const {
  return value->kind == config::YamlTree::Kind::kScalar ? value->text : std::string();
}

bool ImportEntry::off() const {
  const Json found = json();
  return found.is_null() || found == false || found == "" ||
         ((found.is_array() || found.is_object()) &&
          std::all_of(found.begin(), found.end(), [](const Json& item) { return item.is_null(); }));
}

void RecipeDraft::set(const std::string& key, Json value, const ImportEntry* from) {
  values_[key] = std::move(value);
  sources_[key] = from != nullptr ? std::pair{from->key, from->line} : std::pair{key, 0};
}

void RecipeDraft::lose(const ImportEntry& entry, std::string reason, bool changes_result) {
  lost_.push_back({entry.key, entry.line, std::move(reason), changes_result});
}

void RecipeDraft::lose_unsaid(std::string key, std::string reason, bool changes_result) {
  lost_.push_back({std::move(key), 0, std::move(reason), changes_result});
}

void RecipeDraft::make_readable(const std::string& origin) {
  if (!has("output_dir")) {
    set("output_dir", "out/imported");
    to_do("choose output_dir");
  }
  if (!has("datasets")) {
    set("datasets", Json::array({{{"path", "train.jsonl"}}}));
    to_do("put the path of your data into datasets");
  }
  std::vector<std::string> problems = problems_of(values_);
  while (!problems.empty()) {
    std::vector<std::string> keys;
    for (const auto& [key, unused] : values_.items()) keys.push_back(key);
    const std::size_t before = problems.size();
    for (const std::string& key : keys) {
      Json fewer = values_;
      fewer.erase(key);
      const std::vector<std::string> left = problems_of(fewer);
      if (left.size() >= problems.size()) continue;
      const auto& [source, line] = sources_[key];
      lost_.push_back({source, line, first_missing(problems, left), true});
      values_ = std::move(fewer);
      problems = left;
      break;
    }
    if (problems.size() == before) throw ConfigError(origin + ": " + problems.front());
  }
}

std::vector<LostKey> RecipeDraft::lost() const {
  std::vector<LostKey> sorted = lost_;
  std::stable_sort(sorted.begin(), sorted.end(), [](const LostKey& a, const LostKey& b) { return a.line < b.line; });
  return sorted;
}

}  // namespace llmops::train
