// Optimizers against torch, transformers and bitsandbytes, step by step; the 8-bit one against the 32-bit one.
#include "train/optimizer.h"

#include <ATen/Context.h>

#include <cmath>

#include "core/files.h"
#include "support/catch.h"
#include "train/optimizer_table.h"

using namespace llmops;

namespace {

using Vector = std::vector<float>;

at::Tensor leaf(const Vector& values, at::IntArrayRef shape) {
  return at::tensor(at::ArrayRef<float>(values)).view(shape).clone().set_requires_grad(true);
}

/// The matrix and the vector of tests/golden/optimizers/make.py.
struct Golden {
  Json json = read_json_file(fs::path(LLMOPS_SOURCE_DIR) / "tests/golden/optimizers/optimizers.json");
  train::TrainedTensor matrix{"m", leaf(json["start"][0].get<Vector>(), {4, 6})};
  train::TrainedTensor vector{"v", leaf(json["start"][1].get<Vector>(), {5})};

  /// Takes the golden steps. @returns the largest distance from those of `run`
  double distance(train::Optimizer& optimizer, const std::string& run, double learning_rate) {
    double largest = 0;
    for (std::size_t step = 0; step < json["gradients"].size(); ++step) {
      std::size_t which = 0;
      for (at::Tensor* tensor : {&matrix.tensor, &vector.tensor}) {
        tensor->mutable_grad() = leaf(json["gradients"][step][which++].get<Vector>(), tensor->sizes()).detach();
      }
      optimizer.step(learning_rate);
      which = 0;
      for (const at::Tensor* tensor : {&matrix.tensor, &vector.tensor}) {
        const at::Tensor expected = leaf(json["runs"][run][step][which++].get<Vector>(), tensor->sizes());
        largest = std::max(largest, (*tensor - expected).abs().max().item<double>());
      }
    }
    return largest;
  }
};

/// coded_values() of tests/golden/optimizers/make.py.
at::Tensor coded_values(int step) {
  Vector values;
  for (int i = 0; i < 10800; ++i) {
    values.push_back(static_cast<float>((i * 7919 + (step + 1) * 104729) % 2003 - 1001) / 1001.0 * (i % 3 ? 0.1 : 1));
  }
  return leaf(values, {90, 120});
}

/// Least squares with a poorly scaled matrix. @returns the loss after `steps`
double fit(const std::string& name, double learning_rate, int steps) {
  at::manual_seed(5);
  const at::Tensor inputs = at::randn({256, 64}) * at::linspace(0.1, 3, 64), wanted = at::randn({64, 128});
  const at::Tensor outputs = inputs.matmul(wanted);
  at::Tensor weight = at::zeros({64, 128}).set_requires_grad(true);
  train::FinetuneRecipe recipe;
  recipe.optimizer = name;
  recipe.adam_beta2 = train::optimizer_row(name).beta2;
  const auto optimizer = train::make_optimizer(recipe, {{"w", weight}});
  double loss = 0;
  for (int i = 0; i < steps; ++i) {
    weight.mutable_grad().reset();
    const at::Tensor error = (inputs.matmul(weight) - outputs).square().mean();
    error.backward();
    loss = error.item<double>();
    optimizer->step(learning_rate * (1 - static_cast<double>(i) / steps));
  }
  return loss;
}

}  // namespace

TEST_CASE("AdamW, Lion and their weight decay follow the reference", "[train]") {
  Golden golden;
  train::FinetuneRecipe recipe;
  recipe.weight_decay = 0.1;
  SECTION("AdamW") {
    recipe.adam_beta1 = 0.8, recipe.adam_beta2 = 0.95, recipe.adam_epsilon = 1e-6;
    CHECK(golden.distance(*train::make_optimizer(recipe, {golden.matrix, golden.vector}), "adamw", 0.03) < 2e-6);
  }
  SECTION("AdamW in 8 bits, its moments in float32 below min_8bit_size") {
    recipe.optimizer = "adamw_8bit";
    recipe.adam_beta1 = 0.8, recipe.adam_beta2 = 0.95, recipe.adam_epsilon = 1e-6;
    CHECK(golden.distance(*train::make_optimizer(recipe, {golden.matrix, golden.vector}), "adamw", 0.03) < 2e-6);
  }
  SECTION("Lion") {
    recipe.optimizer = "lion";
    recipe.adam_beta2 = 0.99;
    CHECK(golden.distance(*train::make_optimizer(recipe, {golden.matrix, golden.vector}), "lion", 0.01) < 2e-6);
  }
}

TEST_CASE("AdamW in 8 bits strays no further from 32 bits than bitsandbytes'", "[train]") {
  const Json golden = read_json_file(fs::path(LLMOPS_SOURCE_DIR) / "tests/golden/optimizers/optimizers.json");
  const at::Tensor coded = coded_values(-1), exact = coded_values(-1);
  train::FinetuneRecipe recipe;
  recipe.weight_decay = 0.1, recipe.adam_beta1 = 0.8, recipe.adam_beta2 = 0.95, recipe.adam_epsilon = 1e-6;
  const auto reference = train::make_optimizer(recipe, {{"w", exact}});
  recipe.optimizer = "adamw_bnb_8bit";
  const auto optimizer = train::make_optimizer(recipe, {{"w", coded}});
  const auto kept = [](const at::Tensor& weights) { return weights.detach().flatten().slice(0, 0, 10800, 61); };
  for (int step = 0; step < 6; ++step) {
    coded.mutable_grad() = coded_values(step).detach();
    exact.mutable_grad() = coded_values(step).detach();
    optimizer->step(0.01);
    reference->step(0.01);
    const at::Tensor theirs = at::tensor(at::ArrayRef<float>(golden["adamw_8bit"][step].get<Vector>()));
    REQUIRE(theirs.numel() == 178);
    const at::Tensor error = (kept(coded) - kept(exact)).abs(), their_error = (theirs - kept(exact)).abs();
    INFO("step " << step);
    CHECK(error.mean().item<double>() <= 1.02 * their_error.mean().item<double>() + 1e-7);
    CHECK(error.max().item<double>() <= 1.02 * their_error.max().item<double>() + 1e-7);
    // Both round to the same 256 values; theirs are now and then the neighbours of the nearest.
    CHECK((kept(coded) - theirs).abs().mean().item<double>() < (step == 0 ? 1e-6 : 1e-4));
  }
}

TEST_CASE("Adafactor follows transformers' with each of its settings", "[train]") {
  Golden golden;
  train::FinetuneRecipe recipe;
  recipe.optimizer = "adafactor";
  std::string run = "adafactor";
  SECTION("as the Trainer sets it") {}
  SECTION("relative steps and parameter scale") {
    run = "adafactor_relative";
    recipe.optim_args = {{"scale_parameter", true}, {"relative_step", true}};
  }
  SECTION("relative steps that warm up") {
    run = "adafactor_warmup";
    recipe.optim_args = {{"relative_step", true}, {"warmup_init", true}};
  }
  SECTION("a first moment, weight decay and other numbers") {
    run = "adafactor_moment";
    recipe.weight_decay = 0.1;
    recipe.optim_args = {{"eps1", 1e-20},      {"eps2", 1e-2}, {"clip_threshold", 0.5},
                         {"decay_rate", -0.6}, {"beta1", 0.9}, {"scale_parameter", true}};
  }
  CHECK(golden.distance(*train::make_optimizer(recipe, {golden.matrix, golden.vector}), run, 0.03) < 2e-6);
}

TEST_CASE("a tensor learns at the rate of its own", "[train]") {
  Golden golden;
  golden.matrix.rate_factor = 16;
  CHECK(golden.distance(*train::make_optimizer({}, {golden.matrix, golden.vector}), "loraplus", 0.01) < 2e-6);
}

TEST_CASE("moments in 8 bits stay near those in 32, and need a quarter of their memory", "[train]") {
  at::manual_seed(3);
  at::Tensor coded = at::randn({96, 100}).set_requires_grad(true);  // 37.5 blocks
  at::Tensor exact = coded.detach().clone().set_requires_grad(true);
  train::FinetuneRecipe recipe;
  const auto reference = train::make_optimizer(recipe, {{"w", exact}});
  recipe.optimizer = "adamw_bnb_8bit";
  const auto optimizer = train::make_optimizer(recipe, {{"w", coded}});
  for (int i = 0; i < 20; ++i) {
    exact.mutable_grad() = at::randn({96, 100}) * 0.1 + 0.05;
    coded.mutable_grad() = exact.grad().clone();
    optimizer->step(1e-3);
    reference->step(1e-3);
  }
  // Each number has moved by up to 0.02; what rounding adds stays far below.
  CHECK((coded - exact).abs().mean().item<double>() < 5e-4);
  CHECK((coded - exact).abs().max().item<double>() < 4e-3);
  std::size_t bytes = 0;
  for (const auto& [name, tensor] : optimizer->state()) bytes += tensor.nbytes();
  CHECK(bytes == std::size_t{2 * (9600 + 4 * 38)});
}

TEST_CASE("every optimizer of the table converges, the 8-bit one about as far as AdamW", "[train]") {
  const double adamw = fit("adamw_torch", 0.05, 300), start = fit("adamw_torch", 0.05, 1);
  for (const train::OptimizerRow& row : train::optimizer_rows()) {
    INFO(row.names.front());
    CHECK(fit(row.names.front(), 0.05, 300) < start * 1e-2);
  }
  CHECK(fit("adamw_8bit", 0.05, 300) < std::max(2 * adamw, start * 1e-4));
}
