// The chunked head against libtorch's own loss, its gradient against autograd and against finite differences.
#include "train/token_loss.h"

#include <ATen/Context.h>
#include <ATen/core/grad_mode.h>

#include "core/files.h"
#include "core/json.h"
#include "support/catch.h"

using namespace llmops;

namespace {

struct Problem {
  at::Tensor hidden, head, targets;
};

Problem problem() {
  at::manual_seed(7);
  return {at::randn({13, 8}), at::randn({50, 8}), at::randint(50, {13}, at::TensorOptions(at::kLong))};
}

at::Tensor loss_sum(const at::Tensor& hidden, const model::OutputHead& head, const at::Tensor& targets,
                    std::int64_t rows = 0) {
  return train::token_losses(hidden, head, targets, rows).sum(at::kDouble);
}

at::Tensor reference_loss(const Problem& p, const at::Tensor& hidden) {
  return at::cross_entropy_loss(at::linear(hidden, p.head), p.targets, {}, at::Reduction::Sum);
}

}  // namespace

TEST_CASE("the chunked loss and its gradient equal autograd's, for any chunk", "[train]") {
  const Problem p = problem();
  const at::Tensor expected_input = p.hidden.clone().requires_grad_(true);
  const at::Tensor expected = reference_loss(p, expected_input);
  expected.mul(0.25).backward();
  for (const std::int64_t rows : {0, 1, 4, 13, 100}) {
    const at::Tensor input = p.hidden.clone().requires_grad_(true);
    const at::Tensor loss = loss_sum(input, {p.head}, p.targets, rows);
    CHECK(loss.item<double>() == Approx(expected.item<double>()).epsilon(1e-6));
    loss.mul(0.25).backward();
    CHECK((input.grad() - expected_input.grad()).abs().max().item<double>() < 1e-6);
  }
}

TEST_CASE("label smoothing gives transformers' loss and gradient, for any chunk", "[train]") {
  const Json golden = read_json_file(fs::path(LLMOPS_SOURCE_DIR) /
                                     "tests/golden/regularization/regularization.json")["label_smoothing"];
  const auto tensor = [](const Json& values, at::IntArrayRef shape) {
    return at::tensor(at::ArrayRef<float>(values.get<std::vector<float>>())).view(shape).clone();
  };
  const at::Tensor labels = at::tensor(at::ArrayRef<std::int64_t>(golden["labels"].get<std::vector<std::int64_t>>()));
  const at::Tensor counted = at::nonzero(labels >= 0).flatten();
  for (const Json& one : golden["cases"]) {
    for (const std::int64_t rows : {0, 1, 3}) {
      INFO(one["factor"] << ", " << rows << " rows at a time");
      const at::Tensor hidden = tensor(golden["hidden"], {6, 4}).requires_grad_(true);
      const at::Tensor losses = train::token_losses(hidden.index_select(0, counted), {tensor(golden["head"], {11, 4})},
                                                    labels.index_select(0, counted), rows, one["factor"].get<double>());
      CHECK(losses.mean().item<double>() == Approx(one["mean"].get<double>()).epsilon(1e-6));
      losses.mean().backward();
      CHECK((hidden.grad() - tensor(one["gradient"], {6, 4})).abs().max().item<double>() < 1e-6);
    }
  }
}

TEST_CASE("each token's loss counts in the gradient by its own weight", "[train]") {
  const Problem p = problem();
  const at::Tensor weights = at::linspace(-1, 2, 13);
  const at::Tensor expected_input = p.hidden.clone().requires_grad_(true);
  const at::Tensor expected =
      at::cross_entropy_loss(at::linear(expected_input, p.head), p.targets, {}, at::Reduction::None);
  expected.mul(weights).sum().backward();
  const at::Tensor input = p.hidden.clone().requires_grad_(true);
  const at::Tensor losses = train::token_losses(input, {p.head}, p.targets, 5);
  CHECK((losses - expected).abs().max().item<double>() < 1e-5);
  losses.mul(weights).sum().backward();
  CHECK((input.grad() - expected_input.grad()).abs().max().item<double>() < 1e-5);
}

TEST_CASE("a head that is trained gets autograd's gradient, by each loss's own weight", "[train]") {
  const Problem p = problem();
  const at::Tensor weights = at::linspace(-1, 2, 13), bias = at::randn({50});
  const auto gradients = [&](bool chunked) {
    const at::Tensor input = p.hidden.clone().requires_grad_(true), head = p.head.clone().requires_grad_(true),
                     shift = bias.clone().requires_grad_(true);
    model::OutputHead output{head, shift};
    output.softcap = 20;
    const at::Tensor losses = chunked
                                  ? train::token_losses(input, output, p.targets, 4)
                                  : at::cross_entropy_loss(output.logits(input), p.targets, {}, at::Reduction::None);
    losses.mul(weights).sum().backward();
    return std::vector<at::Tensor>{losses.detach(), input.grad(), head.grad(), shift.grad()};
  };
  const auto found = gradients(true), wanted = gradients(false);
  for (std::size_t i = 0; i < found.size(); ++i) {
    CHECK((found[i] - wanted[i]).abs().max().item<double>() < 1e-5);
  }
}

TEST_CASE("the gradient of the chunked loss follows finite differences", "[train]") {
  const Problem p = problem();
  const at::Tensor input = p.hidden.clone().requires_grad_(true);
  loss_sum(input, {p.head}, p.targets, 5).backward();
  const at::NoGradGuard no_grad;
  for (const std::int64_t flat : {0, 17, 55, 103}) {
    const double step = 1e-2;
    at::Tensor up = p.hidden.clone(), down = p.hidden.clone();
    up.view({-1})[flat] += step;
    down.view({-1})[flat] -= step;
    const double slope =
        (loss_sum(up, {p.head}, p.targets).item<double>() - loss_sum(down, {p.head}, p.targets).item<double>()) /
        (2 * step);
    CHECK(input.grad().view({-1})[flat].item<double>() == Approx(slope).margin(2e-3));
  }
}

TEST_CASE("a head with bias, scale and soft cap has autograd's loss and gradient", "[train]") {
  const Problem p = problem();
  const model::OutputHead head{p.head, at::linspace(-1, 1, 50), 0.7, 2.5};
  const at::Tensor expected_input = p.hidden.clone().requires_grad_(true);
  const at::Tensor logits = at::tanh(at::linear(expected_input, p.head, head.bias) * 0.7 / 2.5) * 2.5;
  const at::Tensor expected = at::cross_entropy_loss(logits, p.targets, {}, at::Reduction::Sum);
  expected.backward();
  const at::Tensor input = p.hidden.clone().requires_grad_(true);
  const at::Tensor loss = loss_sum(input, head, p.targets, 4);
  CHECK(loss.item<double>() == Approx(expected.item<double>()).epsilon(1e-6));
  loss.backward();
  CHECK((input.grad() - expected_input.grad()).abs().max().item<double>() < 1e-5);
}

TEST_CASE("extreme logits stay finite", "[train]") {
  const at::Tensor hidden = at::full({2, 1}, 1000.0), head = at::tensor({1.0F, -1.0F, 0.5F}).view({3, 1});
  const at::Tensor targets = at::tensor(at::ArrayRef<std::int64_t>({0, 1}), at::TensorOptions(at::kLong));
  CHECK(loss_sum(hidden, {head}, targets).item<double>() == Approx(2000));
}
