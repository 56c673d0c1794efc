// Mappings of named settings in a recipe, whose names and limits a table gives: `optim_args`, `lr_scheduler_kwargs`.
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "core/json.h"

namespace llmops::config {
class YamlObject;
}

namespace llmops::train {

struct KeywordArgument {
  std::string name;
  Json standard;  ///< value where none is given; its kind (bool, whole number, number, string) is the argument's
  double least = 0, most = HUGE_VAL;      ///< of numbers, both allowed
  std::vector<std::string> choices = {};  ///< of strings
};

Json standard_values(const std::vector<KeywordArgument>& arguments);

/// Records "'key' is 'value'; supported: ..." where `value` is none of `known`. @returns whether it is one
bool check_choice(config::YamlObject& object, const std::string& key, const std::string& value,
                  const std::vector<std::string>& known);

/// Reads the mapping under `key`; what it lacks has its standard value. Problems are recorded in `root`, unknown names
/// among them.
Json read_arguments(config::YamlObject& root, const std::string& key, const std::vector<KeywordArgument>& arguments);

}  // namespace llmops::train
