// Adversarial debiasing: losses and measures of a reference in torch, gradients by finite differences, runs that are
// killed, ranks, and the probe.
#include <ATen/Context.h>

#include <cmath>

#include "core/hash.h"
#include "support/catch.h"
#include "support/temporary_directory.h"
#include "support/tiny_finetune.h"
#include "train/adversary.h"
#include "train/attribute_probe.h"
#include "train/debias_objective.h"
#include "train/token_loss.h"

using namespace llmops;
using test::kGolden, test::logs_of;

namespace {

/// The runs of tests/golden/debias/make.py.
train::FinetuneRecipe debias_recipe(const fs::path& scratch, bool hidden) {
  train::FinetuneRecipe recipe = test::golden_recipe(scratch);
  recipe.datasets = {{(kGolden / "debias/records.jsonl").string(), "", "train"}};
  recipe.debias = hidden ? train::DebiasRecipe{"kind", 0.5, 1e-2, 5} : train::DebiasRecipe{"kind", 2, 3e-2, 0};
  recipe.test_datasets = recipe.datasets;
  recipe.weight_decay = 0;
  recipe.lr_scheduler = "constant";
  recipe.warmup_steps = 0;
  recipe.max_steps = 6;
  recipe.gradient_accumulation_steps = 6;
  return recipe;
}

train::Example example_of(std::vector<std::int32_t> tokens, std::int32_t group) {
  train::Example example;
  example.supervised.assign(tokens.size(), 1);
  example.supervised[0] = 0;
  example.supervised_tokens = static_cast<std::int64_t>(tokens.size()) - 1;
  example.tokens = std::move(tokens);
  example.group = group;
  return example;
}

}  // namespace

TEST_CASE("six steps against an adversary give the reference's losses and measures, however the batch is cut",
          "[train]") {
  const Json golden = read_json_file(kGolden / "debias/training.json");
  for (const bool hidden : {false, true}) {
    for (const int cut : {0, 1, 2}) {
      INFO(hidden << " " << cut);
      test::TemporaryDirectory scratch;
      train::FinetuneRecipe recipe = debias_recipe(scratch.path(), hidden);
      if (cut == 1) {
        recipe.micro_batch_size = 4;
        recipe.gradient_accumulation_steps = 2;
      }
      if (cut == 2) {
        recipe.sample_packing = true;
        recipe.sequence_len = 120;
        recipe.gradient_checkpointing = true;
      }
      const auto logs = logs_of(recipe);
      REQUIRE(logs.size() == 6);
      for (std::size_t i = 0; i < logs.size(); ++i) {
        INFO("step " << i + 1);
        const Json& expected = golden[hidden ? "hidden" : "linear"][i];
        CHECK(logs[i].loss == Approx(expected["loss"].get<double>()).epsilon(1e-5));
        CHECK(logs[i].grad_norm == Approx(expected["grad_norm"].get<double>()).epsilon(1e-3));
        REQUIRE(logs[i].measures.size() == 3);
        for (const auto& [name, value] : logs[i].measures) {
          CHECK(value == Approx(expected[name].get<double>()).epsilon(1e-4));
        }
      }
    }
  }
}

TEST_CASE("the model's gradient is that of the answers less the adversary's, the adversary's its own", "[train]") {
  test::TemporaryDirectory scratch;
  train::FinetuneRecipe recipe = debias_recipe(scratch.path(), /*hidden=*/true);
  recipe.debias.weight = 3;
  model::Decoder decoder = model::Decoder::load(kGolden / "tiny-chat", at::kFloat);
  const auto weights = train::make_trained_weights(recipe, decoder);
  const train::Adversary adversary(recipe.debias, decoder.config().hidden_size, 2, 5);
  const std::vector<train::Example> examples = {example_of({1, 85, 70, 301, 12}, 1), example_of({7, 300, 99}, 0)};
  const std::vector<train::MicroBatch> window = {{0, 1}};
  train::Workers workers;
  train::DebiasObjective objective(recipe, examples, adversary, 10, 0);
  objective.begin(decoder, window, 4, workers);
  const train::ObjectiveLoss found = objective.loss(decoder, window[0]);
  found.loss.backward();
  const double strength = 3 * (2 / (1 + std::exp(-4.0)) - 1);

  const auto losses = [&] {  // of answers, and of the adversary
    const at::NoGradGuard no_grad;
    const train::ObjectiveLoss now = objective.loss(decoder, window[0]);
    return std::pair{now.loss.item<double>(), now.measures.at(0).second};
  };
  CHECK(losses().first == Approx(found.loss.item<double>()));
  const auto check = [&](const at::Tensor& tensor, double of_answers, double of_adversary) {
    const at::NoGradGuard no_grad;
    const at::Tensor values = tensor.view({-1});
    const at::Tensor gradient = tensor.grad().view({-1});
    const std::int64_t index = gradient.abs().argmax().item<std::int64_t>();
    const float before = values[index].item<float>();
    const auto at = [&](double step) {
      values[index].fill_(static_cast<double>(before) + step);
      return losses();
    };
    const double h = 5e-3;
    const auto [answers_up, adversary_up] = at(h);
    const auto [answers_down, adversary_down] = at(-h);
    values[index].fill_(before);
    const double expected =
        (of_answers * (answers_up - answers_down) + of_adversary * (adversary_up - adversary_down)) / (2 * h);
    CHECK(gradient[index].item<double>() == Approx(expected).epsilon(0.02).margin(1e-4));
  };
  for (const train::TrainedTensor& trained : weights->tensors()) {
    INFO(trained.name);
    check(trained.tensor, 1, -strength);
  }
  for (const auto& [name, tensor] : adversary.tensors()) {
    INFO(name);
    check(tensor, 0, 1);
  }
}

TEST_CASE("states are means of each example alone, and the ramp starts at nothing", "[train]") {
  at::manual_seed(1);
  const at::Tensor hidden = at::randn({5, 3});
  const std::vector<model::Segment> segments = {{0, 2}, {2, 3}};
  const at::Tensor pooled = train::pooled_states(hidden, segments);
  CHECK(at::allclose(pooled[0], hidden.narrow(0, 0, 2).mean(0)));
  CHECK(at::allclose(pooled[1], hidden.narrow(0, 2, 3).mean(0)));
  CHECK(train::reversal_ramp(0) == 0);
  CHECK(train::reversal_ramp(1) == Approx(0.9999).margin(1e-4));
  const at::Tensor x = at::ones({2}).requires_grad_(true);
  train::with_reversed_gradient(x, 0.25).sum().backward();
  CHECK(at::equal(x.grad(), at::full({2}, -0.25)));
}

TEST_CASE("a debiasing run that pauses equals one in a single go, and publishes no adversary", "[train]") {
  test::TemporaryDirectory scratch;
  train::FinetuneRecipe recipe = debias_recipe(scratch.path(), /*hidden=*/true);
  recipe.lora_model_dir = "";
  recipe.lora_dropout = 0.2;
  recipe.neftune_noise_alpha = 5;
  recipe.gradient_accumulation_steps = 2;
  recipe.eval_steps = 2;
  recipe.output_dir = (scratch.path() / "whole").string();
  const train::FinetuneReport whole = train::finetune_lora(recipe, {});
  CHECK(whole.best_step == 6);
  REQUIRE(whole.probe_before);
  REQUIRE(whole.probe_after);
  CHECK(whole.probe_before->majority == 0.5);
  CHECK(whole.json()["probe_after"]["accuracy"] == whole.probe_after->accuracy);
  CHECK(fs::exists(scratch.path() / "whole.checkpoints/checkpoint-6/adversary.safetensors"));
  CHECK_FALSE(fs::exists(scratch.path() / "whole/adversary.safetensors"));

  recipe.output_dir = (scratch.path() / "paused").string();
  recipe.resume_from_checkpoint = "auto";
  train::FinetuneReport paused;
  for (const int stop : {2, 4, 6}) {
    recipe.stop_at_step = stop;
    paused = train::finetune_lora(recipe, {});
  }
  CHECK(sha256_path(scratch.path() / "paused") == sha256_path(scratch.path() / "whole"));
  CHECK(sha256_path(scratch.path() / "paused.checkpoints/checkpoint-6") ==
        sha256_path(scratch.path() / "whole.checkpoints/checkpoint-6"));
  CHECK(paused.probe_before->json() == whole.probe_before->json());
  CHECK(paused.probe_after->json() == whole.probe_after->json());
  CHECK(paused.trainable_parameters == whole.trainable_parameters);
}

TEST_CASE("the probe is scikit-learn's logistic regression", "[train]") {
  const Json golden = read_json_file(kGolden / "debias/probe.json");
  const auto count = static_cast<std::int64_t>(golden["kinds"].size()), train = golden["train"].get<std::int64_t>();
  at::Tensor points = at::empty({count, 4}), kinds = at::empty({count}, at::kLong);
  for (std::int64_t i = 0; i < count; ++i) {
    kinds[i].fill_(golden["kinds"][static_cast<std::size_t>(i)].get<std::int64_t>());
    for (std::int64_t j = 0; j < 4; ++j) {
      points[i][j].fill_(golden["points"][static_cast<std::size_t>(i)][static_cast<std::size_t>(j)].get<double>());
    }
  }
  const auto part = [&](std::int64_t from, std::int64_t to) {
    return train::ProbeSet{points.slice(0, from, to), kinds.slice(0, from, to)};
  };
  const train::ProbeReport found = train::probe_linearly(part(0, train), part(train, count), 3);
  CHECK(found.accuracy == Approx(golden["accuracy"].get<double>()));
  CHECK(found.balanced_accuracy == Approx(golden["balanced_accuracy"].get<double>()));
  CHECK(found.loss == Approx(golden["loss"].get<double>()).epsilon(1e-4));
  CHECK(found.majority == Approx(8.0 / 18));
}
