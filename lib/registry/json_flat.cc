// Flattening and comparing.
#include "registry/json_flat.h"

#include <map>

#include "core/table.h"

namespace llmops::registry {
namespace {

void flatten(const Json& value, const std::string& name, std::vector<std::pair<std::string, std::string>>& into) {
  if (value.is_object()) {
    for (const auto& [key, inner] : value.items()) flatten(inner, name.empty() ? key : name + "." + key, into);
  } else if (!name.empty()) {
    into.emplace_back(name, value.is_string() ? value.get<std::string>() : dump_json(value));
  }
}

}  // namespace

std::vector<std::pair<std::string, std::string>> flatten_json(const Json& object) {
  std::vector<std::pair<std::string, std::string>> flat;
  flatten(object, "", flat);
  return flat;
}

std::vector<Difference> diff_named(const std::vector<std::pair<std::string, std::string>>& before,
                                   const std::vector<std::pair<std::string, std::string>>& after) {
  const std::map<std::string, std::string> old_values(before.begin(), before.end());
  const std::map<std::string, std::string> new_values(after.begin(), after.end());
  std::vector<Difference> found;
  for (const auto& [name, value] : before) {
    const auto other = new_values.find(name);
    if (other == new_values.end()) {
      found.push_back({name, value, ""});
    } else if (other->second != value) {
      found.push_back({name, value, other->second});
    }
  }
  for (const auto& [name, value] : after) {
    if (!old_values.contains(name)) found.push_back({name, "", value});
  }
  return found;
}

Json differences_json(const std::vector<Difference>& differences) {
  Json list = Json::array();
  for (const auto& [name, before, after] : differences) {
    list.push_back({{"name", name},
                    {"before", before.empty() ? Json() : Json(before)},
                    {"after", after.empty() ? Json() : Json(after)}});
  }
  return list;
}

std::string differences_text(const std::vector<Difference>& differences, const std::string& before_title,
                             const std::string& after_title, int width) {
  if (differences.empty()) return "no differences\n";
  Table table({{"", Table::Align::kLeft}, {before_title, Table::Align::kLeft}, {after_title, Table::Align::kLeft}});
  for (const auto& [name, before, after] : differences) {
    table.add_row({name, before.empty() ? "-" : before, after.empty() ? "-" : after});
  }
  return table.render(width);
}

}  // namespace llmops::registry
