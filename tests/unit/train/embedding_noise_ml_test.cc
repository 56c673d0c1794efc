// NEFTune's noise: transformers' numbers, and the size each packed sequence has alone.
#include "train/embedding_noise.h"

#include <ATen/Context.h>

#include <cmath>

#include "core/files.h"
#include "core/json.h"
#include "support/catch.h"

using namespace llmops;

TEST_CASE("the noise of a sequence is transformers' for the same seed", "[train]") {
  const Json golden =
      read_json_file(fs::path(LLMOPS_SOURCE_DIR) / "tests/golden/regularization/regularization.json")["neftune"];
  const model::Segment all{0, golden["tokens"]};
  at::manual_seed(golden["seed"].get<std::uint64_t>());
  const at::Tensor noise = train::embedding_noise({&all, 1}, golden["width"], golden["alpha"]);
  const auto expected = golden["noise"].get<std::vector<float>>();
  CHECK((noise.flatten() - at::tensor(at::ArrayRef<float>(expected))).abs().max().item<double>() < 1e-6);
}

TEST_CASE("each packed sequence has noise of its own size, and all follows from the seed", "[train]") {
  const std::vector<model::Segment> segments = {{0, 4}, {4, 100}, {104, 25}};
  at::manual_seed(1);
  const at::Tensor noise = train::embedding_noise(segments, 64, 5);
  REQUIRE(noise.sizes() == at::IntArrayRef({129, 64}));
  for (const model::Segment& segment : segments) {
    const double bound = 5 / std::sqrt(64.0 * static_cast<double>(segment.length));
    const at::Tensor part = noise.narrow(0, segment.begin, segment.length);
    CHECK(part.abs().max().item<double>() <= bound * (1 + 1e-6));
    CHECK(part.abs().max().item<double>() > 0.95 * bound);
    CHECK(part.std().item<double>() == Approx(bound / std::sqrt(3.0)).epsilon(0.1));
  }
  CHECK_FALSE(at::equal(noise, train::embedding_noise(segments, 64, 5)));
  at::manual_seed(1);
  CHECK(at::equal(noise, train::embedding_noise(segments, 64, 5)));
  CHECK_FALSE(train::embedding_noise(segments, 64, 0).defined());
}
