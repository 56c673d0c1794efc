// A decoder that gives a text one number instead of the next token's distribution: transformers' sequence classifiers
// with one label, by which reward models are known. Free of libtorch.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

#include "model/model_config.h"

namespace llmops::model {

/// "score", whatever the family.
inline constexpr const char* kScoreModule = "score";
inline constexpr const char* kScoreWeight = "score.weight";  ///< (1, C)

/// "LlamaForSequenceClassification" of LlamaForCausalLM's row; "" where transformers has none.
std::string classifier_of(const Family& family);

/// The same decoder with a head of one number; a reward model's as it is.
/// @throws InputError  for an architecture that has no classifier
ModelConfig as_reward_model(ModelConfig config);

/// How many labels config.json of a classifier means. @throws InputError  for more than one
int label_count(const Json& config, const std::string& origin);

/// Writes a reward model's `id2label` and `label2id`, by which transformers counts labels.
void name_label(Json& config);

/// Rewrites config.json of a folder that was copied from a language model's. @param config  as_reward_model()'s
void describe_reward_model(const ModelConfig& config, const std::filesystem::path& folder);

/// Which token's number is the sequence's: the last that is not config.json's `pad_token_id`, as transformers finds it,
/// also where that is the end token as well. @param tokens  at least one
std::size_t scored_token(const ModelConfig& config, std::span<const std::int32_t> tokens);

}  // namespace llmops::model
