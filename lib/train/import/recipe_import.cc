// Recipes of axolotl and torchtune as recipes of this program.
#include "train/import/recipe_import.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"
#include "core/files.h"
#include "train/recipe_text.h"

namespace llmops::train {
namespace {

constexpr std::uint64_t kLargestFile = std::uint64_t{4} << 20;

using config::YamlTree;

bool is_torchtune(const YamlTree& root) {
  return std::any_of(root.map.begin(), root.map.end(), [](const config::YamlEntry& entry) {
    return entry.value.kind == YamlTree::Kind::kMap && entry.value.find("_component_") != nullptr;
  });
}

bool is_axolotl(const YamlTree& root) {
  const char* const signs[] = {"base_model", "micro_batch_size", "sequence_len", "datasets"};
  return std::count_if(std::begin(signs), std::end(signs),
                       [&](const char* key) { return root.find(key) != nullptr; }) >= 2;
}

std::string place(const LostKey& key, const std::string& origin) {
  return key.line > 0 ? fmt::format("{}:{}", origin, key.line) : origin;
}

}  // namespace

bool ImportedRecipe::result_changes() const {
  return std::any_of(lost.begin(), lost.end(), [](const LostKey& key) { return key.changes_result; });
}

std::string ImportedRecipe::yaml(const std::string& origin) const {
  return fmt::format("# From {}'s {}.\n{}", tool, origin, recipe_yaml(recipe));
}

Json ImportedRecipe::json(const std::string& origin) const {
  Json keys = Json::array();
  for (const LostKey& key : lost) {
    keys.push_back({{"key", key.key},
                    {"line", key.line > 0 ? Json(key.line) : Json(nullptr)},
                    {"reason", key.reason},
                    {"changes_result", key.changes_result}});
  }
  return {{"tool", tool}, {"source", origin}, {"recipe", recipe}, {"lost", keys}, {"to_do", to_do}};
}

std::string ImportedRecipe::notes(const std::string& origin) const {
  std::string text;
  const auto list = [&](bool changes, const char* heading) {
    const char* head = heading;
    for (const LostKey& key : lost) {
      if (key.changes_result != changes) continue;
      text += fmt::format("{}  {}: '{}' {}\n", head, place(key, origin), key.key, key.reason);
      head = "";
    }
  };
  list(true, "not taken over, so that the result will differ:\n");
  list(false, "not taken over, without effect on the result:\n");
  if (!to_do.empty()) text += "before it runs:\n";
  for (const std::string& step : to_do) text += fmt::format("  {}\n", step);
  return text;
}

ImportedRecipe import_recipe(const std::filesystem::path& file) {
  const std::string origin = file.string();
  const YamlTree root = config::parse_yaml(read_file(file, kLargestFile), origin);
  if (root.kind != YamlTree::Kind::kMap) throw ConfigError(origin + ": not a mapping of keys to values");
  RecipeDraft draft;
  ImportedRecipe imported;
  if (is_torchtune(root)) {
    imported.tool = "torchtune";
    import_torchtune(root, origin, draft);
  } else if (is_axolotl(root)) {
    imported.tool = "axolotl";
    import_axolotl(root, draft);
  } else {
    throw InputError(fmt::format("{}: neither a recipe of axolotl nor one of torchtune", origin),
                     "axolotl's have base_model and datasets, torchtune's have _component_ keys");
  }
  draft.make_readable(origin);
  imported.recipe = draft.values();
  imported.lost = draft.lost();
  imported.to_do = draft.steps();
  return imported;
}

}  // namespace llmops::train
