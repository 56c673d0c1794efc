// The `pii` section of the recipe.
#pragma once

#include "config/yaml_reader.h"
#include "data/pii/pii.h"

namespace llmops::data {

struct PiiSpec {
  enum class Action { kKeep, kRedact, kDrop };
  Action action = Action::kRedact;
  PiiSet types = all_pii();
};

void read_pii(config::YamlObject object, PiiSpec& pii);
Json pii_json(const PiiSpec& pii);

}  // namespace llmops::data
