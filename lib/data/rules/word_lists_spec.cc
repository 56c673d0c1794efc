// The recipe's `lists`.
#include <algorithm>
#include <set>

#include "data/rules/word_lists.h"

namespace llmops::data {

namespace {

bool is_name(const std::string& name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

}  // namespace

void read_word_lists(config::YamlObject& clean, std::vector<WordListSpec>& specs) {
  std::set<std::string> names;
  for (config::YamlObject& object : clean.objects("lists")) {
    WordListSpec spec;
    object.required("name", spec.name);
    object.required("path", spec.path);
    object.optional("max_share", spec.max_share);
    object.optional("max_count", spec.max_count);
    object.optional("languages", spec.languages);
    object.check(is_name(spec.name) || !object.has("name"), "name", "has something but letters, digits, '_' and '-'");
    object.check(names.insert(spec.name).second, "name", "is the name of an earlier list too");
    object.check(!object.has("max_share") || (spec.max_share >= 0 && spec.max_share <= 1), "max_share",
                 "is not between 0 and 1");
    object.check(!object.has("max_count") || spec.max_count >= 0, "max_count", "is negative");
    const bool builtin = spec.path.starts_with("builtin:");
    object.check(!builtin || spec.path == "builtin:profanity" || spec.path == "builtin:toxicity", "path",
                 "is not a list built in", "built in: builtin:profanity, builtin:toxicity");
    specs.push_back(std::move(spec));
  }
}

Json word_lists_json(const std::vector<WordListSpec>& specs) {
  Json list = Json::array();
  for (const WordListSpec& spec : specs) {
    Json item = {{"name", spec.name}, {"path", spec.path}};
    if (spec.max_share >= 0) item["max_share"] = spec.max_share;
    if (spec.max_count >= 0) item["max_count"] = spec.max_count;
    if (!spec.languages.empty()) item["languages"] = spec.languages;
    list.push_back(std::move(item));
  }
  return list;
}

}  // namespace llmops::data
