// The part of a recipe that makes a model from nothing.
#pragma once

#include <filesystem>
#include <string>

#include "core/json.h"

namespace llmops::config {
class YamlObject;
}

namespace llmops::train {

struct PretrainRecipe {
  Json base_model_config;                ///< keys of config.json; null is off
  std::string tokenizer_config;          ///< URI or path of a folder, as written
  std::filesystem::path tokenizer_path;  ///< resolved by the command

  bool on() const { return !base_model_config.is_null(); }
  /// The keys above but the path; empty where it is off.
  Json json() const;
};

/// `base_model_config` is a mapping, or the path of a config.json or of a folder with one. Problems are recorded in
/// `root`. @throws NotFoundError, InputError  for a file that cannot be read
PretrainRecipe read_pretrain(config::YamlObject& root);

}  // namespace llmops::train
