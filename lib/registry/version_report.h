// Models, datasets and prompts as JSON and text: what `llmops models`, `data` and `prompts` print.
#pragma once

#include "registry/datasets.h"
#include "registry/models.h"
#include "registry/prompts.h"

namespace llmops::registry {

// Every `width`: columns of the terminal, 0 means never cut.
Json model_json(const ModelVersion& model);
std::string model_text(const ModelVersion& model, int width);
std::string models_text(const std::vector<ModelVersion>& models, int width);
Json alias_move_json(const AliasMove& move);
std::string alias_moves_text(const std::vector<AliasMove>& moves, int width);

Json dataset_json(const DatasetVersion& data);
std::string dataset_text(const DatasetVersion& data, int width);
std::string datasets_text(const std::vector<DatasetVersion>& datasets, int width);

Json prompt_json(const PromptVersion& prompt);
std::string prompt_text(const PromptVersion& prompt);
std::string prompts_text(const std::vector<PromptVersion>& prompts, int width);

/// An array of what `to_json` makes of each.
template <typename T>
Json list_json(const std::vector<T>& items, Json (*to_json)(const T&)) {
  Json list = Json::array();
  for (const T& item : items) list.push_back(to_json(item));
  return list;
}

}  // namespace llmops::registry
