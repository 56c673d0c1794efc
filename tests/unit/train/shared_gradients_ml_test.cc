// Gradients summed over ranks, and the stages of ZeRO, against one process that sees all the data.
#include "train/shared_gradients.h"

#include <ATen/ATen.h>

#include "support/ranks.h"
// After libtorch, whose CHECK would replace Catch's.
#include "support/catch.h"

using namespace llmops;
using namespace llmops::train;
using test::on_ranks;

namespace {

constexpr int kSteps = 3;
constexpr int kMicroBatches = 4;  // of a step

/// A chain of layers, with one weight that is never used.
std::vector<TrainedTensor> make_weights() {
  std::vector<TrainedTensor> weights;
  for (int i = 0; i < 11; ++i) {
    const at::Tensor tensor = at::sin(at::arange(64, at::kFloat) * (i + 1)).view({8, 8}).contiguous();
    weights.push_back({"layers." + std::to_string(i) + ".weight", tensor.requires_grad_(), 1.0});
  }
  weights.push_back({"unused.weight", at::ones({16}).requires_grad_(), 1.0});
  return weights;
}

at::Tensor loss_of(const std::vector<TrainedTensor>& weights, int step, int micro_batch) {
  at::Tensor x = at::cos(at::arange(16, at::kFloat) * (1 + step * kMicroBatches + micro_batch)).view({2, 8});
  for (std::size_t i = 0; i + 1 < weights.size(); ++i) x = at::tanh(x.matmul(weights[i].tensor));
  return x.square().sum();
}

struct Trained {
  std::vector<TrainedTensor> weights;
  std::vector<double> norms;
  NamedTensors state;
  std::size_t owned = 0;
  bool gradients_of_others = false;
};

/// @param ranks_with_work  the others have no micro batches
Trained train_on(Workers& workers, SharingOptions options, const std::string& optimizer, int ranks_with_work) {
  Trained trained{make_weights(), {}, {}, 0, false};
  if (!workers.first()) {
    const at::NoGradGuard no_grad;
    for (const TrainedTensor& weight : trained.weights) weight.tensor.zero_();  // rank 0's count
  }
  SharedGradients gradients(workers, trained.weights, options);
  FinetuneRecipe recipe;
  recipe.optimizer = optimizer;
  recipe.weight_decay = 0.1;
  const auto rule = make_optimizer(recipe, gradients.own());
  trained.owned = gradients.own().size();
  for (int step = 0; step < kSteps; ++step) {
    gradients.clear();
    for (int i = workers.rank(); i < kMicroBatches && workers.rank() < ranks_with_work; i += ranks_with_work) {
      if (i + ranks_with_work >= kMicroBatches) gradients.start_last_backward();
      loss_of(trained.weights, step, i).backward();
    }
    gradients.finish();
    trained.norms.push_back(gradients.clip(0.5));
    std::size_t with_gradient = 0;
    for (const TrainedTensor& weight : trained.weights) with_gradient += weight.tensor.grad().defined() ? 1 : 0;
    trained.gradients_of_others = trained.gradients_of_others || with_gradient > trained.owned;
    rule->step(0.01);
    gradients.share_weights();
  }
  trained.state = gradients.sharded() ? collect_tensors(workers, rule->state()) : rule->state();
  return trained;
}

double largest_difference(const Trained& a, const Trained& b) {
  double largest = 0;
  for (std::size_t i = 0; i < a.weights.size(); ++i) {
    largest = std::max(largest, (a.weights[i].tensor - b.weights[i].tensor).abs().max().item<double>());
  }
  for (std::size_t i = 0; i < a.norms.size(); ++i) largest = std::max(largest, std::abs(1 - a.norms[i] / b.norms[i]));
  return largest;
}

}  // namespace

TEST_CASE("ranks change weights as one process does, at every stage of zero", "[train]") {
  Workers alone;
  for (const std::string optimizer : {"adamw_torch", "adafactor"}) {
    const Trained expected = train_on(alone, {}, optimizer, 1);
    CHECK(expected.weights.back().tensor.equal(at::ones({16})));  // never used, so never decayed
    for (const int ranks : {2, 4}) {
      for (const int stage : {0, 1, 2}) {
        INFO(optimizer << ", " << ranks << " ranks, stage " << stage);
        const auto found = on_ranks<Trained>(
            ranks, [&](Workers& workers) { return train_on(workers, {stage, 25}, optimizer, ranks); });
        for (const Trained& rank : found) {
          CHECK(largest_difference(rank, expected) < 1e-5);
          CHECK(largest_difference(rank, found[0]) == 0);
          CHECK((stage == 0) == (rank.owned == expected.weights.size()));
          CHECK((stage == 1) == rank.gradients_of_others);
        }
        CHECK(found[0].state.size() == expected.state.size());
      }
    }
  }
}

TEST_CASE("small buckets and idle ranks change nothing", "[train]") {
  Workers alone;
  const Trained expected = train_on(alone, {}, "adamw_torch", 1);
  const auto found =
      on_ranks<Trained>(3, [&](Workers& workers) { return train_on(workers, {1, 0}, "adamw_torch", 2); });
  for (const Trained& rank : found) CHECK(largest_difference(rank, expected) < 1e-5);
}

TEST_CASE("the same ranks give the same bits again", "[train]") {
  const std::function<Trained(Workers&)> run = [](Workers& workers) {
    return train_on(workers, {2, 25}, "adamw_torch", 4);
  };
  const auto first = on_ranks<Trained>(4, run), second = on_ranks<Trained>(4, run);
  CHECK(largest_difference(first[0], second[0]) == 0);
}

TEST_CASE("a gradient after its message has gone is an error, not a loss", "[train]") {
  CHECK_THROWS_WITH(on_ranks<int>(2,
                                  [](Workers& workers) {
                                    const auto weights = make_weights();
                                    SharedGradients gradients(workers, weights, {});
                                    gradients.clear();
                                    gradients.start_last_backward();
                                    loss_of(weights, 0, 0).backward();
                                    loss_of(weights, 0, 1).backward();
                                    return 0;
                                  }),
                    Catch::Contains("got a second gradient"));
}
