// Going back to the last good state: weights, moments and the optimizer's count of steps.
#include "train/rollback_point.h"

#include <ATen/Context.h>

#include "support/catch.h"

using namespace llmops;

namespace {

struct Run {
  explicit Run(const std::string& name) {
    recipe.optimizer = name;
    recipe.optim_args = name == "adamw_8bit" ? Json{{"min_8bit_size", 0}} : Json::object();
    optimizer = train::make_optimizer(recipe, {{"w", weights}});
  }
  void step(int seed) {
    at::manual_seed(static_cast<std::uint64_t>(seed));
    weights.mutable_grad() = at::randn({20, 30});
    optimizer->step(0.1);
  }

  train::FinetuneRecipe recipe;
  at::Tensor weights = at::ones({20, 30}).set_requires_grad(true);
  std::unique_ptr<train::Optimizer> optimizer;
};

}  // namespace

TEST_CASE("after a rollback a run goes on as if the steps between had not been", "[train]") {
  const std::string name = GENERATE("adamw_torch", "adamw_8bit", "adafactor", "lion");
  INFO(name);
  Run straight(name), bent(name);
  train::RollbackPoint point({{"w", bent.weights}}, *bent.optimizer);
  train::TrainerState state;
  for (int i = 0; i < 4; ++i) straight.step(i), bent.step(i);
  state.step = 4;
  point.keep(state);
  for (int i = 50; i < 54; ++i) bent.step(i);
  CHECK_FALSE(at::equal(straight.weights, bent.weights));
  point.restore(state);
  CHECK(state.rollback_step == 4);
  CHECK(at::equal(straight.weights, bent.weights));
  CHECK(bent.optimizer->steps() == 4);
  for (int i = 4; i < 8; ++i) straight.step(i), bent.step(i);
  CHECK(at::equal(straight.weights, bent.weights));
}

TEST_CASE("before anything was kept there is nothing to undo", "[train]") {
  Run run("lion");
  train::RollbackPoint point({{"w", run.weights}}, *run.optimizer);
  point.restore({});
  CHECK(at::equal(run.weights, at::ones({20, 30})));
  CHECK(at::equal(point.copies().front().second, run.weights));
}
