// Adapters' configurations: which layers they name, by peft's rules; keys that are kept, and those that are refused.
#include "model/lora_targets.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"
#include "core/files.h"
#include "core/json.h"
#include "model/lora_weights.h"
#include "support/catch.h"
#include "support/decoder_goldens.h"

using namespace llmops;
using model::LoraTargets;

namespace {

const fs::path kPeft = fs::path(LLMOPS_SOURCE_DIR) / "tests/golden/lora/peft";

std::vector<std::string> layers_of(const std::string& decoder) {
  std::vector<std::string> layers;
  for (const auto& [layer, unused] : model::linear_shapes(model::read_model_config(test::decoder_golden(decoder)))) {
    layers.push_back(layer);
  }
  return layers;
}

model::LoraConfig parse(Json options) {
  Json config = {{"peft_type", "LORA"}, {"r", 2}, {"lora_alpha", 3}};
  config.update(options);
  return model::parse_lora_config(config, "a.json");
}

}  // namespace

TEST_CASE("layers, ranks and scales are those that peft chooses", "[model][lora]") {
  const std::vector<std::string> layers = layers_of("qwen2");
  const Json choices = read_json_file(kPeft / "choices.json");
  REQUIRE(choices.size() == 14);
  for (const Json& choice : choices) {
    INFO(choice["config"].dump());
    const LoraTargets targets(parse(choice["config"]));
    std::size_t covered = 0;
    for (const std::string& layer : layers) {
      const bool expected = choice["layers"].contains(layer);
      CHECK(targets.covers(layer) == expected);
      if (!expected) continue;
      ++covered;
      CHECK(targets.rank(layer) == choice["layers"][layer][0].get<int>());
      CHECK(targets.scale(layer) == Approx(choice["layers"][layer][1].get<double>()));
    }
    CHECK(covered == choice["layers"].size());
  }
}

TEST_CASE("a layer is numbered by the first number of its path", "[model][lora]") {
  const Json options = {{"target_modules", {"w1"}}, {"layers_to_transform", 1}};
  const LoraTargets targets(parse(options));
  CHECK(targets.covers("model.layers.1.mlp.experts.0.w1"));
  CHECK_FALSE(targets.covers("model.layers.0.mlp.experts.1.w1"));
  CHECK_FALSE(targets.covers("w1"));
}

TEST_CASE("names and patterns that fit nothing are named before training", "[model][lora]") {
  const std::vector<std::string> layers = layers_of("qwen2");
  const auto choose = [&](const Json& options) { return LoraTargets(parse(options)).among(layers); };
  CHECK(choose(Json::object()).size() == layers.size());
  CHECK_THROWS_WITH(choose({{"target_modules", {"q_porj"}}}),
                    "lora_target_modules: 'q_porj' names no layer of the model");
  CHECK_THROWS_WITH(choose({{"target_modules", "q_proj"}}),
                    "lora_target_modules: no layer of the model is left to train");  // a pattern is of the whole path
  CHECK_THROWS_WITH(choose({{"target_modules", {"q_proj"}}, {"rank_pattern", {{"k_proj", 3}}}}),
                    "rank_pattern: 'k_proj' matches no layer that gets an adapter");
  CHECK_THROWS_WITH(choose({{"target_modules", "q_(proj"}}),
                    Catch::Contains("target_modules: pattern 'q_(proj' does not "
                                    "compile at offset 7"));
}

TEST_CASE("an adapter's configuration comes back as it was written", "[model][lora]") {
  for (const std::string name :
       {"regex", "rslora", "dora", "dora_conv1d", "patterns", "lora_bias", "saved", "saved_tied"}) {
    INFO(name);
    const Json stored = read_json_file(kPeft / name / "adapter_config.json");
    const Json again = model::lora_config_json(model::parse_lora_config(stored, name));
    for (const auto& [key, value] : stored.items()) {
      INFO(key);
      CHECK(again.at(key) == value);
    }
  }
}

TEST_CASE("what would change the result unseen is refused by name", "[model][lora]") {
  for (const char* key : {"layer_replication", "trainable_token_indices", "target_parameters", "megatron_config",
                          "arrow_config", "use_bdlora", "kasa_config", "velora_config", "monteclora_config"}) {
    CHECK_THROWS_WITH(parse({{key, {1}}}), fmt::format("a.json: '{}' is not supported", key));
  }
  CHECK_THROWS_WITH(parse({{"use_qalora", true}}), "a.json: 'use_qalora' is not supported");
  CHECK_THROWS_WITH(parse({{"bias", "lora_only"}}), "a.json: bias 'lora_only' is not supported");
  CHECK_THROWS_WITH(parse({{"init_lora_weights", "pissa_niter_16"}}),
                    "a.json: init_lora_weights 'pissa_niter_16' is not supported");
  CHECK_THROWS_WITH(parse({{"init_lora_weights", "olora"}}), "a.json: init_lora_weights 'olora' is not supported");
  CHECK_THROWS_WITH(parse({{"alora_invocation_tokens", {1, 2}}}), "a.json: 'alora_invocation_tokens' is not supported");
  CHECK_THROWS_WITH(parse({{"target_modules", ".*"}, {"layers_to_transform", 1}}),
                    Catch::Contains("of no use beside a pattern"));
  CHECK_THROWS_WITH(parse({{"layers_pattern", "layers"}}), "a.json: 'layers_pattern' needs 'layers_to_transform'");
  CHECK_THROWS_WITH(parse({{"rank_pattern", {{"q_proj", 0}}}}), Catch::Contains("the rank of 'q_proj' is 0"));
  CHECK_THROWS_WITH(parse({{"rank_pattern", {{"q_proj", "two"}}}}), Catch::Contains("rank_pattern"));
  CHECK_THROWS_WITH(parse({{"use_dora", true}, {"lora_bias", true}}), Catch::Contains("exclude each other"));
  CHECK(parse({{"init_lora_weights", false}, {"layers_to_transform", Json::array()}}).layers_to_transform.empty());
}
