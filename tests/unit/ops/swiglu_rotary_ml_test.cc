// SwiGLU and rotary positions against plain tensor operations.
#include "core/error.h"
#include "ops/rotary.h"
#include "ops/swiglu.h"
#include "support/catch.h"

namespace llmops::ops {

TEST_CASE("swiglu and its gradients follow the formula", "[ops]") {
  at::manual_seed(1);
  const at::Tensor gate = at::randn({5, 12}).requires_grad_(), up = at::randn({5, 12}).requires_grad_();
  const at::Tensor weights = at::randn({5, 12});
  const at::Tensor y = swiglu(gate, up);
  CHECK(at::allclose(y, at::silu(gate) * up));
  (y * weights).sum().backward();
  const at::Tensor dgate = gate.grad().clone(), dup = up.grad().clone();
  gate.mutable_grad().reset();
  up.mutable_grad().reset();
  ((at::silu(gate) * up) * weights).sum().backward();
  CHECK(at::allclose(dgate, gate.grad(), 1e-5, 1e-6));
  CHECK(at::allclose(dup, up.grad(), 1e-5, 1e-6));
  CHECK_THROWS_WITH(swiglu(at::ones({2, 3}), at::ones({2, 4})),
                    "swiglu: up has shape (2, 4), expected (2, 3) to match gate");
}

TEST_CASE("swiglu and rotate compute bfloat16 in float32, and round once", "[ops]") {
  at::manual_seed(4);
  const at::Tensor gate = at::randn({300, 40}).to(at::kBFloat16), up = at::randn({300, 40}).to(at::kBFloat16);
  const at::Tensor dy = at::randn({300, 40}).to(at::kBFloat16);
  const auto both = [&](at::ScalarType format) {
    const at::Tensor g = gate.to(format, false, /*copy=*/true).requires_grad_();
    const at::Tensor u = up.to(format, false, /*copy=*/true).requires_grad_();
    const at::Tensor y = swiglu(g, u);
    y.backward(dy.to(format));
    return std::vector<at::Tensor>{y.detach(), g.grad(), u.grad()};
  };
  const auto rounded = both(at::kBFloat16), exact = both(at::kFloat);
  for (std::size_t i = 0; i < exact.size(); ++i) CHECK(at::equal(rounded[i], exact[i].to(at::kBFloat16)));

  const at::Tensor x = gate.view({300, 4, 10}), angles = at::randn({300, 5});
  CHECK(at::equal(rotate(x, angles.cos(), angles.sin()),
                  rotate(x.to(at::kFloat), angles.cos(), angles.sin()).to(at::kBFloat16)));
}

TEST_CASE("rotate turns halves of a head, and its gradient turns back", "[ops]") {
  at::manual_seed(2);
  const at::Tensor x = at::randn({4, 3, 10}).requires_grad_();
  const at::Tensor angles = at::randn({4, 5}), cos = angles.cos(), sin = angles.sin();
  const at::Tensor y = rotate(x, cos, sin);
  const at::Tensor a = x.narrow(2, 0, 5), b = x.narrow(2, 5, 5), c = cos.unsqueeze(1), s = sin.unsqueeze(1);
  CHECK(at::allclose(y, at::cat({a * c - b * s, b * c + a * s}, 2), 1e-5, 1e-6));
  y.backward(y.detach());
  CHECK(at::allclose(x.grad(), x.detach(), 1e-4, 1e-5));  // a rotation undone
  CHECK_THROWS_AS(rotate(x, cos.narrow(0, 0, 3), sin.narrow(0, 0, 3)), InputError);
}

TEST_CASE("rotate turns neighbouring pairs, and leaves what the angles do not reach", "[ops]") {
  at::manual_seed(3);
  const at::Tensor x = at::randn({4, 3, 10}).requires_grad_();
  const at::Tensor angles = at::randn({4, 3}), cos = angles.cos(), sin = angles.sin();
  const at::Tensor c = cos.unsqueeze(1), s = sin.unsqueeze(1), rest = x.narrow(2, 6, 4);
  const at::Tensor even = x.slice(2, 0, 6, 2), odd = x.slice(2, 1, 6, 2);
  const at::Tensor pairs = at::stack({even * c - odd * s, odd * c + even * s}, 3).flatten(2);
  const at::Tensor y = rotate(x, cos, sin, /*pairs=*/true);
  CHECK(at::allclose(y, at::cat({pairs, rest}, 2), 1e-5, 1e-6));
  const at::Tensor a = x.narrow(2, 0, 3), b = x.narrow(2, 3, 3);
  CHECK(at::allclose(rotate(x, cos, sin), at::cat({a * c - b * s, b * c + a * s, rest}, 2), 1e-5, 1e-6));
  y.backward(y.detach());
  CHECK(at::allclose(x.grad(), x.detach(), 1e-4, 1e-5));
  CHECK_THROWS_AS(rotate(x, at::ones({4, 6}), at::ones({4, 6})), InputError);
}

}  // namespace llmops::ops
