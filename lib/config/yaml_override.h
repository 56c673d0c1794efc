// Replacing values of a YAML tree before it is read: `--set optimizer.lr=1e-4` and LLMOPS_* variables.
#pragma once

#include <string>

#include "config/yaml_tree.h"

namespace llmops::config {

/// Sets the value at a dotted key ("metric_list.0.metric" reaches into lists), creating mappings on the way.
/// @param override_text  "dotted.key=value", the value parsed as YAML
/// @throws ConfigError  for a text without '=', a value that is not YAML, or a path through something not a mapping
void apply_override(YamlTree& root, const std::string& override_text);

/// The variable that overrides a dotted key: "optimizer.lr" is LLMOPS_OPTIMIZER_LR.
std::string environment_name(const std::string& dotted_key);

}  // namespace llmops::config
