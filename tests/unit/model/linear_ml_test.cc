// A linear layer with an adapter: what one node computes against what autograd derives from plain operations.
#include "model/linear.h"

#include <ATen/core/grad_mode.h>

#include "support/catch.h"

using llmops::model::BaseFormat, llmops::model::Linear, llmops::model::Lora, llmops::model::QuantizedWeight;

namespace {

constexpr double kScale = 1.5;

Linear layer(bool biased, double dropout) {
  Linear linear;
  linear.weight = at::randn({24, 16});
  if (biased) linear.bias = at::randn({24});
  linear.lora = std::make_shared<Lora>();
  linear.lora->a = at::randn({4, 16}).requires_grad_();
  linear.lora->b = at::randn({24, 4}).requires_grad_();
  linear.lora->scale = kScale;
  linear.lora->dropout = dropout;
  return linear;
}

/// The gradients of x, A and B. @param dy  (N, out)
std::vector<at::Tensor> gradients(const Linear& linear, const at::Tensor& y, const at::Tensor& x,
                                  const at::Tensor& dy) {
  y.backward(dy);
  std::vector<at::Tensor> found;
  for (const at::Tensor& tensor : {x, linear.lora->a, linear.lora->b}) {
    found.push_back(tensor.grad().clone());
    tensor.mutable_grad().reset();
  }
  return found;
}

double apart(const at::Tensor& found, const at::Tensor& expected) {
  return ((found.to(at::kFloat) - expected).abs().max() / expected.abs().max()).item<double>();
}

}  // namespace

TEST_CASE("a layer with an adapter and its gradients follow the formula", "[model]") {
  const bool biased = GENERATE(false, true), quantized = GENERATE(false, true);
  const double dropout = GENERATE(0.0, 0.25);
  CAPTURE(biased, quantized, dropout);
  at::manual_seed(1);
  Linear linear = layer(biased, dropout);
  if (quantized) {
    linear.quantized = c10::make_intrusive<QuantizedWeight>(linear.weight, BaseFormat::kNf4);
    linear.weight = linear.quantized->dense();  // what the formula below multiplies with
  }
  const at::Tensor x = at::randn({7, 16}).requires_grad_(), dy = at::randn({7, 24});

  at::manual_seed(2);
  const at::Tensor y = linear(x);
  const std::vector<at::Tensor> found = gradients(linear, y, x, dy);
  at::manual_seed(2);
  const at::Tensor input = dropout > 0 ? at::dropout(x, dropout, /*train=*/true) : x;
  const at::Tensor expected_y = at::linear(x, linear.weight, linear.bias) +
                                at::linear(at::linear(input, linear.lora->a), linear.lora->b) * kScale;
  const std::vector<at::Tensor> expected = gradients(linear, expected_y, x, dy);
  CHECK(at::allclose(y, expected_y, 1e-5, 1e-5));
  for (std::size_t i = 0; i < expected.size(); ++i) CHECK(apart(found[i], expected[i]) < 1e-5);
}

TEST_CASE("a layer in bfloat16 keeps an adapter's gradients in float32", "[model]") {
  at::manual_seed(3);
  Linear linear = layer(/*biased=*/true, 0);
  const at::Tensor x = at::randn({7, 16}).to(at::kBFloat16), dy = at::randn({7, 24}).to(at::kBFloat16);
  linear.weight = linear.weight.to(at::kBFloat16);
  const at::Tensor in = x.clone().requires_grad_(), y = linear(in);
  CHECK(y.scalar_type() == at::kBFloat16);
  const std::vector<at::Tensor> found = gradients(linear, y, in, dy);
  CHECK(found[0].scalar_type() == at::kBFloat16);
  CHECK(found[1].scalar_type() == at::kFloat);
  CHECK(found[2].scalar_type() == at::kFloat);

  linear.weight = linear.weight.to(at::kFloat);
  const at::Tensor exact_in = x.to(at::kFloat).requires_grad_(), exact = linear(exact_in);
  const std::vector<at::Tensor> expected = gradients(linear, exact, exact_in, dy.to(at::kFloat));
  CHECK(apart(y, exact) < 0.02);
  for (std::size_t i = 0; i < expected.size(); ++i) CHECK(apart(found[i], expected[i]) < 0.02);
}

TEST_CASE("nothing is kept for the backward pass where no gradients are wanted", "[model]") {
  at::manual_seed(4);
  const Linear linear = layer(/*biased=*/false, 0.5);
  const at::Tensor x = at::randn({3, 16});
  const at::NoGradGuard no_grad;
  const at::Tensor y = linear(x);
  CHECK_FALSE(y.requires_grad());
  CHECK(at::equal(y, linear(x)));  // nothing dropped either
}
