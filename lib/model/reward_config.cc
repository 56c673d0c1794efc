#include "model/reward_config.h"

#include <fmt/format.h>

#include "core/error.h"
#include "core/files.h"
#include "model/families.h"

namespace llmops::model {
namespace {

/// transformers' default where config.json does not say.
constexpr std::size_t kUnsaidLabels = 2;

}  // namespace

std::string classifier_of(const Family& family) {
  if (family.classifier != nullptr) return family.classifier;
  constexpr std::string_view kLanguageModel = "ForCausalLM";
  std::string name = family.architecture;
  if (!name.ends_with(kLanguageModel)) return "";
  return name.replace(name.size() - kLanguageModel.size(), kLanguageModel.size(), "ForSequenceClassification");
}

int label_count(const Json& config, const std::string& origin) {
  std::size_t labels = kUnsaidLabels;
  if (config.contains("id2label") && config["id2label"].is_object()) {
    labels = config["id2label"].size();
  } else if (config.contains("num_labels")) {
    labels = json_get<std::size_t>(config, "num_labels", origin);
  }
  if (labels == 1) return 1;
  throw InputError(fmt::format("{}: a classifier of {} labels is not supported", origin, labels),
                   "supported are reward models, which have one: \"id2label\": {\"0\": \"LABEL_0\"}");
}

ModelConfig as_reward_model(ModelConfig config) {
  config.architecture = classifier_of(*config.family);
  if (config.architecture.empty()) {
    throw InputError(fmt::format("architecture '{}' has no reward models", config.family->architecture),
                     "transformers has no sequence classifier of it; take another base model");
  }
  config.labels = 1;
  config.tied_embeddings = config.head_bias = false;
  config.logit_scale = 1;
  config.logit_softcap = 0;
  return config;
}

void name_label(Json& config) {
  config["id2label"] = {{"0", "LABEL_0"}};
  config["label2id"] = {{"LABEL_0", 0}};
}

void describe_reward_model(const ModelConfig& config, const std::filesystem::path& folder) {
  const std::filesystem::path path = folder / "config.json";
  Json json = read_json_file(path);
  json["architectures"] = Json::array({config.architecture});
  name_label(json);
  write_file_atomic(path, dump_json_pretty(json));
}

std::size_t scored_token(const ModelConfig& config, std::span<const std::int32_t> tokens) {
  const auto pad = config.raw.find("pad_token_id");
  if (pad == config.raw.end() || !pad->is_number_integer()) return tokens.size() - 1;
  for (std::size_t i = tokens.size(); i > 0; --i) {
    if (tokens[i - 1] != *pad) return i - 1;
  }
  return 0;
}

}  // namespace llmops::model
