// Vectors of texts, from a model of a later layer.
#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace llmops::data {

/// One vector a text, all of one length.
using EmbedTexts = std::function<std::vector<std::vector<float>>(std::span<const std::string>)>;

struct TextEmbedder {
  std::string key;  ///< of all that decides the vectors: by it, stored ones are found
  EmbedTexts embed;
  std::filesystem::path folder;  ///< of the model
};

}  // namespace llmops::data
