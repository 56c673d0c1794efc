// The row of the architecture that config.json names.
#include "model/families.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

#include "core/error.h"
#include "core/spelling.h"
#include "model/reward_config.h"
#include "model/settings.h"

namespace llmops::model {
namespace {

bool holds(const Family& family, const Json& config, const std::string& origin) {
  const Json wanted = Json::parse(family.when);
  const Settings settings(family, config, origin);
  return std::all_of(wanted.items().begin(), wanted.items().end(),
                     [&](const auto& item) { return settings.value(item.key().c_str()) == item.value(); });
}

}  // namespace

std::span<const Family> families() {
  static const std::vector<Family> kAll = [] {
    std::vector<Family> all;
    for (const auto rows : {llama_families(), layer_norm_families()}) all.insert(all.end(), rows.begin(), rows.end());
    return all;
  }();
  return kAll;
}

const Family& find_family(const Json& config, const std::string& origin) {
  const Json* list = config.contains("architectures") ? &config["architectures"] : nullptr;
  const bool named = list != nullptr && list->is_array() && !list->empty() && list->front().is_string();
  const std::string wanted =
      named ? list->front().get<std::string>() : json_get<std::string>(config, "model_type", origin);
  std::vector<std::string> known;
  for (const Family& family : families()) {
    const std::string name = named ? family.architecture : family.model_type;
    const bool means_it = wanted == name || (named && !wanted.empty() && wanted == classifier_of(family));
    if (means_it && holds(family, config, origin)) return family;
    if (known.empty() || known.back() != name) known.push_back(name);
  }
  std::string hint = did_you_mean(wanted, known);
  if (!hint.empty()) hint += " ";
  throw InputError(fmt::format("{}: architecture '{}' is not supported", origin, wanted),
                   fmt::format("{}supported are {}", hint, fmt::join(known, ", ")));
}

}  // namespace llmops::model
