// What becomes of each key of another tool's recipe.
#include "train/import/import_keys.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace llmops::train {

const KeyRule* find_rule(std::span<const KeyRule> rules, const std::string& key) {
  const KeyRule* found = nullptr;
  for (const KeyRule& rule : rules) {
    const std::string_view name = rule.key;
    if (name == key) return &rule;
    if (found == nullptr && name.ends_with('*') && key.starts_with(name.substr(0, name.size() - 1))) found = &rule;
  }
  return found;
}

void apply_rule(std::span<const KeyRule> rules, const ImportEntry& entry, RecipeDraft& draft) {
  const KeyRule* rule = find_rule(rules, entry.key);
  const KeyFate fate = rule != nullptr ? rule->fate : KeyFate::kLost;
  if (fate == KeyFate::kConverted || entry.json().is_null()) return;
  if (fate == KeyFate::kTaken) return draft.set(rule->text != nullptr ? rule->text : entry.key, entry.json(), &entry);
  if (entry.off()) return;
  draft.lose(entry, rule != nullptr ? rule->text : "is not known here", fate == KeyFate::kLost);
}

ImportEntries::ImportEntries(const config::YamlTree& root, bool deep) { add(root, "", deep); }

void ImportEntries::add(const config::YamlTree& map, const std::string& prefix, bool deep) {
  for (const config::YamlEntry& entry : map.map) {
    const std::string key = prefix + entry.key;
    if (deep && entry.value.kind == config::YamlTree::Kind::kMap) {
      add(entry.value, key + ".", deep);
    } else {
      entries_.push_back({key, entry.key_line, &entry.value});
    }
  }
}

const ImportEntry* ImportEntries::find(const std::string& key) const {
  const auto found =
      std::find_if(entries_.begin(), entries_.end(), [&](const ImportEntry& entry) { return entry.key == key; });
  return found == entries_.end() || found->value->kind == config::YamlTree::Kind::kNull ? nullptr : &*found;
}

std::string ImportEntries::text(const std::string& key) const {
  const ImportEntry* entry = find(key);
  return entry != nullptr ? entry->text() : "";
}

bool is_hub_name(const std::string& name) {
  const std::filesystem::path path = name;
  const bool two_parts = std::count(name.begin(), name.end(), '/') == 1 && name.front() != '/' && name.back() != '/';
  const bool file = path.extension() == ".json" || path.extension() == ".jsonl" || path.extension() == ".parquet";
  std::error_code ignored;
  return two_parts && !file && name.front() != '.' && name.front() != '~' && !std::filesystem::exists(path, ignored);
}

void set_base_model(RecipeDraft& draft, const ImportEntry& entry, const std::string& revision) {
  std::string name = entry.text();
  if (is_hub_name(name)) {
    name = "hf://" + name + (revision.empty() ? "" : "@" + revision);
    draft.to_do(fmt::format("fetch the model with `llmops pull {}`, and make base_model the name it gives", name));
  }
  draft.set("base_model", name, &entry);
}

void set_name(RecipeDraft& draft, const std::string& key, const ImportEntry& entry, std::span<const NameRow> rows,
              const std::vector<std::string>& known, const std::string& otherwise) {
  const std::string name = entry.text();
  for (const NameRow& row : rows) {
    if (name != row.theirs) continue;
    const std::string_view reason = row.reason;
    const bool changes = reason.starts_with('!');
    if (!reason.empty()) {
      draft.lose(entry, fmt::format("'{}' becomes '{}': {}", name, row.ours, reason.substr(changes ? 1 : 0)), changes);
    }
    return draft.set(key, row.ours, &entry);
  }
  if (std::find(known.begin(), known.end(), name) != known.end()) return draft.set(key, name, &entry);
  draft.lose(entry, fmt::format("'{}' is not here; '{}' takes its place", name, otherwise), true);
  draft.set(key, otherwise);
}

}  // namespace llmops::train
