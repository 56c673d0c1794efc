// What a YAML value means: the YAML 1.2 core schema ("no" is text, 0o17 is 15), and reading it as a C++ type.
#pragma once

#include <optional>
#include <string>

#include "config/yaml_tree.h"
#include "core/json.h"

namespace llmops::config {

/// Null, bool, int, float or string as the core schema resolves them; lists and mappings become arrays and objects
/// (of equal keys the first counts).
Json yaml_to_json(const YamlTree& tree);

struct YamlMismatch {
  std::string message;  ///< follows the quoted key: "is 'fast', expected a number"
  std::string hint;
};

/// T as in YamlObject::optional. Nothing when `target` was set, else why it could not be.
template <typename T>
std::optional<YamlMismatch> read_yaml(const YamlTree& tree, T& target);

}  // namespace llmops::config
