// Steps captured once and replayed with other inputs.
#include "cuda/step_graph.h"

#include "core/error.h"
#include "cuda/rms_norm.h"
#include "cuda/swiglu.h"
#include "support/device_vector.h"

using namespace llmops;

namespace {

const cuda::HalfFormat kFormat = cuda::HalfFormat::kF16;

/// Two launches, the second of which reads what the first wrote.
struct TwoLaunches {
  explicit TwoLaunches(const std::vector<float>& x)
      : cols(static_cast<std::int64_t>(x.size())),
        in(to_halves(kFormat, x)),
        between(in.host()),
        out(in.host()),
        gamma(std::vector<float>(x.size(), 1)) {}
  void operator()(cuda::Stream stream) const {
    cuda::rms_norm(kFormat, in.data(), gamma.data(), between.data(), 1, cols, 1e-5F, stream);
    cuda::swiglu(kFormat, {between.data(), in.data(), cols}, out.data(), 1, cols, stream);
  }
  std::int64_t cols;
  DeviceVector<cuda::HalfBits> in, between, out;
  DeviceVector<float> gamma;
};

std::vector<cuda::HalfBits> replayed(const cuda::StepGraph& graph, const TwoLaunches& step) {
  graph.replay(nullptr);
  REQUIRE(cudaDeviceSynchronize() == cudaSuccess);
  return step.out.host();
}

}  // namespace

TEST_CASE("a captured step runs when it is replayed, on what its buffers then hold", "[cuda]") {
  if (no_device()) return;
  std::mt19937 random(13);
  TwoLaunches step(std::vector<float>(40, 0.5F));
  const std::vector<cuda::HalfBits> untouched = step.out.host();
  cuda::StepGraph graph([&](cuda::Stream stream) { step(stream); });
  CHECK(step.out.host() == untouched);  // capturing runs nothing
  for (int i = 0; i < 3; ++i) {
    step.in.set(to_halves(kFormat, random_halves(kFormat, 40, random)));
    const std::vector<cuda::HalfBits> found = replayed(graph, step);
    step(nullptr);
    REQUIRE(cudaDeviceSynchronize() == cudaSuccess);
    CHECK(found == step.out.host());
    CHECK(found != untouched);
  }
  cuda::StepGraph moved = std::move(graph);
  CHECK_FALSE(graph);
  CHECK_THROWS_AS(graph.replay(nullptr), SystemError);
  CHECK(replayed(moved, step) == step.out.host());
}

TEST_CASE("a step captured anew replaces the old one", "[cuda]") {
  if (no_device()) return;
  std::mt19937 random(14);
  const TwoLaunches small(random_halves(kFormat, 40, random)), large(random_halves(kFormat, 3000, random));
  cuda::StepGraph graph([&](cuda::Stream stream) { small(stream); });
  graph.capture([&](cuda::Stream stream) { large(stream); });  // the same launches, other grids and pointers
  const std::vector<cuda::HalfBits> found = replayed(graph, large);
  large(nullptr);
  REQUIRE(cudaDeviceSynchronize() == cudaSuccess);
  CHECK(found == large.out.host());
  graph.capture([&](cuda::Stream stream) {  // more launches
    small(stream);
    large(stream);
  });
  const std::vector<cuda::HalfBits> before = small.out.host();
  CHECK(replayed(graph, small) != before);
  CHECK_THROWS_AS(graph.capture([](cuda::Stream) { throw InputError("no step"); }), InputError);
  CHECK(replayed(graph, large) == found);
}
