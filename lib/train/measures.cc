#include "train/measures.h"

namespace llmops::train {

void add_measures(Measures& sum, const Measures& share) {
  if (sum.empty()) {
    sum = share;
    return;
  }
  for (std::size_t i = 0; i < sum.size(); ++i) sum[i].second += share[i].second;
}

Json measures_json(const Measures& measures) {
  Json json = Json::object();
  for (const auto& [name, value] : measures) json[name] = value;
  return json;
}

Measures parse_measures(const Json& json, const std::string& origin) {
  Measures measures;
  for (const auto& [name, unused] : json.items())
    measures.emplace_back(name, json_get<double>(json, name.c_str(), origin));
  return measures;
}

}  // namespace llmops::train
