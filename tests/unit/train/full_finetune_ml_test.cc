// Training a model's own weights, all or some, against transformers.
#include "core/error.h"
#include "model/checkpoint.h"
#include "support/catch.h"
#include "support/temporary_directory.h"
#include "support/tiny_finetune.h"

using namespace llmops;
using test::golden_recipe, test::kGolden, test::logs_of;

TEST_CASE("ten steps on all weights, or some, give the losses and weights of transformers", "[train]") {
  const std::string part = GENERATE("whole", "part");
  const bool recompute = GENERATE(false, true);
  INFO(part << (recompute ? ", recomputed" : ""));
  const Json golden = read_json_file(kGolden / "full/training.json")[part];
  test::TemporaryDirectory scratch;
  train::FinetuneRecipe recipe = golden_recipe(scratch.path());
  recipe.adapter = "none";
  recipe.lora_model_dir = "";
  recipe.unfrozen_parameters = golden["unfrozen"].get<std::vector<std::string>>();
  recipe.gradient_checkpointing = recompute;
  recipe.sample_packing = recompute;
  recipe.gradient_accumulation_steps = recompute ? 1 : 3;
  const std::vector<train::StepLog> logs = logs_of(recipe);
  REQUIRE(logs.size() == 10);
  for (std::size_t i = 0; i < logs.size(); ++i) {
    CHECK(logs[i].loss == Approx(golden["losses"][i].get<double>()).margin(1e-4));
    CHECK(logs[i].grad_norm == Approx(golden["grad_norms"][i].get<double>()).margin(1e-3));
  }
  const auto model = model::Checkpoint::open(recipe.output_dir);
  CHECK(model.tensors().size() == golden["weights"].size());
  for (const auto& [name, expected] : golden["weights"].items()) {
    const std::vector<float> values = model::to_float32(model.get(name));
    for (std::size_t i = 0; i < expected.size(); ++i) {
      INFO(name);
      CHECK(values[i] == Approx(expected[i].get<double>()).margin(2e-4));
    }
  }
  CHECK(read_json_file(fs::path(recipe.output_dir) / "config.json")["dtype"] == "float32");
  CHECK(fs::exists(fs::path(recipe.output_dir) / "tokenizer.json"));
}

TEST_CASE("a pattern that fits no weight is an error before the first step", "[train]") {
  test::TemporaryDirectory scratch;
  train::FinetuneRecipe recipe = golden_recipe(scratch.path());
  recipe.adapter = "none";
  recipe.lora_model_dir = "";
  recipe.unfrozen_parameters = {R"(model\.layers\.7\.)"};
  CHECK_THROWS_WITH(train::finetune_lora(recipe, {}),
                    R"(unfrozen_parameters: 'model\.layers\.7\.' fits no weight of the model)");
}

TEST_CASE("a model made from nothing learns, and equal seeds give equal models", "[train]") {
  test::TemporaryDirectory scratch;
  const auto pretrain = [&](const char* name, std::uint64_t seed) {
    train::FinetuneRecipe recipe = golden_recipe(scratch.path());
    recipe.adapter = "none";
    recipe.base_model = recipe.lora_model_dir = "";
    recipe.base_path = "";
    recipe.pretrain.base_model_config = {{"model_type", "llama"},
                                         {"architectures", {"LlamaForCausalLM"}},
                                         {"hidden_size", 32},
                                         {"intermediate_size", 64},
                                         {"num_hidden_layers", 2},
                                         {"num_attention_heads", 4},
                                         {"max_position_embeddings", 512},
                                         {"tie_word_embeddings", true}};
    recipe.pretrain.tokenizer_path = kGolden / "tiny-chat";
    recipe.seed = seed;
    recipe.output_dir = (scratch.path() / name).string();
    return train::finetune_lora(recipe, {});
  };
  const train::FinetuneReport report = pretrain("a", 1);
  CHECK(report.loss_first == Approx(std::log(384)).margin(0.1));  // knows nothing yet
  CHECK(report.loss_last < 0.7 * report.loss_first);
  pretrain("b", 1);
  pretrain("c", 2);
  const auto weights = [&](const char* name) { return read_file(scratch.path() / name / "model.safetensors"); };
  CHECK(weights("a") == weights("b"));
  CHECK(weights("a") != weights("c"));
  CHECK(report.output_kind == "model");
}
