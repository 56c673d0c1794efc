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
#include "train/batch.h"
#include "train/debias_objective.h"
#include "train/token_loss.h"

using namespace llmops;
using test::kGolden, test::logs_of;

namespace {

/// The runs of tests/golden/debias/make.py.
train::FinetuneRecipe debias_recipe(const fs::path& scratch, bool short_memory) {
  train::FinetuneRecipe recipe = test::golden_recipe(scratch);
  recipe.datasets = {{(kGolden / "debias/records.jsonl").string(), "", "train"}};
  recipe.debias = short_memory ? train::DebiasRecipe{"kind", 0.5, 6, 2} : train::DebiasRecipe{"kind", 2, 12, 0.5};
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
  for (const bool short_memory : {false, true}) {
    for (const int cut : {0, 1, 2}) {
      INFO(short_memory << " " << cut);
      test::TemporaryDirectory scratch;
      train::FinetuneRecipe recipe = debias_recipe(scratch.path(), short_memory);
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
        const Json& expected = golden[short_memory ? "short" : "long"][i];
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

TEST_CASE("the model's gradient is that of the answers and of the adversary's confusion", "[train]") {
  test::TemporaryDirectory scratch;
  train::FinetuneRecipe recipe = debias_recipe(scratch.path(), /*short_memory=*/true);
  recipe.debias.weight = 3;
  model::Decoder decoder = model::Decoder::load(kGolden / "tiny-chat", at::kFloat);
  const auto weights = train::make_trained_weights(recipe, decoder);
  train::Adversary adversary(recipe.debias, decoder.config().hidden_size, 2);
  at::manual_seed(3);
  adversary.remember(at::randn({4, decoder.config().hidden_size}), at::tensor({0, 1, 0, 0}, at::kLong));
  const std::vector<train::Example> examples = {example_of({1, 85, 70, 301, 12}, 1), example_of({7, 300, 99}, 0)};
  const std::vector<train::MicroBatch> window = {{0, 1}};
  train::Workers workers;
  train::DebiasObjective objective(recipe, examples, adversary, 10, 0);
  objective.begin(decoder, window, 4, workers);
  const train::ObjectiveLoss found = objective.loss(decoder, window[0]);
  found.loss.backward();
  const double strength = 3 * (2 / (1 + std::exp(-4.0)) - 1);
  const at::Tensor memory = adversary.memory()[1].second.clone();
  objective.end(workers);
  CHECK(at::equal(adversary.memory()[1].second, memory));  // of a window that is rolled back nothing is kept

  const auto cost = [&] {
    const at::NoGradGuard no_grad;
    const train::Batch batch = train::make_batch(examples, window[0]);
    const at::Tensor states = train::pooled_states(decoder.hidden(batch.tokens, batch.segments), batch.segments);
    const at::Tensor confusion = -(adversary.logits(states).log_softmax(1) * at::tensor({0.75, 0.25})).sum() / 2;
    return objective.loss(decoder, window[0]).loss.item<double>() + strength * confusion.item<double>();
  };
  for (const train::TrainedTensor& trained : weights->tensors()) {
    INFO(trained.name);
    const at::NoGradGuard no_grad;
    const at::Tensor values = trained.tensor.view({-1});
    const at::Tensor gradient = trained.tensor.grad().view({-1});
    const std::int64_t index = gradient.abs().argmax().item<std::int64_t>();
    const float before = values[index].item<float>();
    const auto at = [&](double step) {
      values[index].fill_(static_cast<double>(before) + step);
      return cost();
    };
    const double h = 5e-3;
    const double expected = (at(h) - at(-h)) / (2 * h);
    values[index].fill_(before);
    CHECK(gradient[index].item<double>() == Approx(expected).epsilon(0.02).margin(1e-4));
  }
}

TEST_CASE("an adversary remembers the newest examples", "[train]") {
  at::manual_seed(2);
  train::Adversary adversary({"kind", 1, 5, 0.5}, 3, 2);
  const at::Tensor states = at::randn({8, 3}), groups = at::tensor({0, 1, 1, 0, 1, 0, 0, 1}, at::kLong);
  adversary.refit();
  CHECK(at::equal(adversary.logits(states), at::zeros({8, 2}, at::kDouble)));
  adversary.remember(states.slice(0, 0, 4), groups.slice(0, 0, 4));
  adversary.refit();  // with a row that is not used
  const auto fit_to = [&](std::int64_t from, std::int64_t to) {
    return train::fit_logistic_regression(states.slice(0, from, to), at::one_hot(groups.slice(0, from, to), 2), 0.5);
  };
  CHECK(at::equal(adversary.logits(states), fit_to(0, 4).scores(states)));
  adversary.remember(states.slice(0, 4, 8), groups.slice(0, 4, 8));
  adversary.refit();
  CHECK(at::equal(adversary.logits(states), fit_to(3, 8).scores(states)));
}

TEST_CASE("states are means of each example alone, and the ramp starts at nothing", "[train]") {
  at::manual_seed(1);
  const at::Tensor hidden = at::randn({5, 3});
  const std::vector<model::Segment> segments = {{0, 2}, {2, 3}};
  const at::Tensor pooled = train::pooled_states(hidden, segments);
  CHECK(at::allclose(pooled[0], hidden.narrow(0, 0, 2).mean(0)));
  CHECK(at::allclose(pooled[1], hidden.narrow(0, 2, 3).mean(0)));
  CHECK(train::confusion_ramp(0) == 0);
  CHECK(train::confusion_ramp(1) == Approx(0.9999).margin(1e-4));
}

TEST_CASE("a debiasing run that pauses equals one in a single go, and publishes no adversary", "[train]") {
  test::TemporaryDirectory scratch;
  train::FinetuneRecipe recipe = debias_recipe(scratch.path(), /*short_memory=*/true);
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
