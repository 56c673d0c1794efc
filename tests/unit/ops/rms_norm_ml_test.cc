// RMSNorm against the formula written with plain tensor operations, forward and backward.
#include "ops/rms_norm.h"

#include <limits>

#include "core/error.h"
#include "support/catch.h"

namespace llmops::ops {
namespace {

at::Tensor reference(const at::Tensor& x, const at::Tensor& gamma, double epsilon) {
  return gamma * (x * at::rsqrt(x.square().mean(-1, /*keepdim=*/true) + epsilon));
}

}  // namespace

TEST_CASE("rms_norm names both shapes when gamma does not fit", "[ops]") {
  CHECK_THROWS_WITH(rms_norm(at::ones({2, 4}), at::ones({3})),
                    "rms_norm: gamma has shape (3), expected (4) to match x (2, 4)");
  CHECK_THROWS_AS(rms_norm(at::ones({2, 4}), at::ones({4, 1})), InputError);
  CHECK_THROWS_AS(rms_norm(at::scalar_tensor(1), at::ones({1})), InputError);
}

TEST_CASE("rms_norm follows its formula in every shape and tail of a vector", "[ops]") {
  at::manual_seed(1);
  for (const std::int64_t cols : {1, 7, 16, 33, 576}) {
    INFO(cols);
    const at::Tensor x = at::randn({5, 3, cols}), gamma = at::randn({cols});
    CHECK(at::allclose(rms_norm(x, gamma, 1e-6), reference(x, gamma, 1e-6), 1e-5, 1e-6));
  }
  CHECK(rms_norm(at::empty({0, 4}), at::ones({4})).sizes() == at::IntArrayRef({0, 4}));
  const at::Tensor strided = at::randn({6, 8}).t();
  CHECK(at::allclose(rms_norm(strided, at::ones({6}), 1e-6), reference(strided, at::ones({6}), 1e-6), 1e-5, 1e-6));
}

TEST_CASE("rms_norm sums bfloat16 in float32 and returns bfloat16", "[ops]") {
  at::manual_seed(2);
  const at::Tensor x = at::randn({4, 512}).to(at::kBFloat16), gamma = at::ones({512}, at::kBFloat16);
  const at::Tensor y = rms_norm(x, gamma, 1e-6);
  CHECK(y.scalar_type() == at::kBFloat16);
  CHECK(at::equal(y, reference(x.to(at::kFloat), gamma.to(at::kFloat), 1e-6).to(at::kBFloat16)));
}

TEST_CASE("rms_norm gives the gradients that autograd derives from the formula", "[ops]") {
  at::manual_seed(3);
  const at::Tensor x = at::randn({6, 24}).requires_grad_(), gamma = at::randn({24}).requires_grad_();
  const at::Tensor weights = at::randn({6, 24});
  (rms_norm(x, gamma, 1e-5) * weights).sum().backward();
  const at::Tensor dx = x.grad().clone(), dgamma = gamma.grad().clone();
  x.mutable_grad().reset();
  gamma.mutable_grad().reset();
  (reference(x, gamma, 1e-5) * weights).sum().backward();
  CHECK(at::allclose(dx, x.grad(), 1e-4, 1e-5));
  CHECK(at::allclose(dgamma, gamma.grad(), 1e-4, 1e-5));
}

}  // namespace llmops::ops
