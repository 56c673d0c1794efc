// NF4 against what bitsandbytes makes of the same values.
#include "model/nf4.h"

#include <cmath>
#include <cstring>

#include "model/checkpoint.h"
#include "support/catch.h"

using namespace llmops;

namespace {

model::Checkpoint golden() {
  return model::Checkpoint::open(std::string(LLMOPS_SOURCE_DIR) + "/tests/golden/nf4/golden.safetensors");
}

std::vector<std::uint8_t> bytes_of(const model::TensorView& view) {
  const auto* data = reinterpret_cast<const std::uint8_t*>(view.bytes.data());
  return {data, data + view.bytes.size()};
}

}  // namespace

TEST_CASE("the code books are bitsandbytes'", "[model][nf4]") {
  const auto file = golden();
  const std::vector<float> nf4 = to_float32(file.get("nf4")), dynamic = to_float32(file.get("dynamic"));
  REQUIRE(nf4.size() == 16);
  REQUIRE(dynamic.size() == 256);
  for (std::size_t i = 0; i < nf4.size(); ++i) CHECK(model::kNf4Values[i] == nf4[i]);
  for (std::size_t i = 0; i < dynamic.size(); ++i)
    CHECK(model::dynamic_values()[i] == Approx(dynamic[i]).epsilon(3e-7));
}

TEST_CASE("codes and scales are bitsandbytes', and so is what they stand for", "[model][nf4]") {
  const auto file = golden();
  const std::vector<float> values = to_float32(file.get("values"));
  const model::Nf4Tensor found = model::to_nf4(values);
  CHECK(found.codes == bytes_of(file.get("codes")));
  CHECK(found.scales == bytes_of(file.get("scales")));
  const std::vector<float> sizes = to_float32(file.get("scale_sizes"));
  REQUIRE(found.scale_sizes.size() == sizes.size());
  for (std::size_t i = 0; i < sizes.size(); ++i) CHECK(found.scale_sizes[i] == Approx(sizes[i]).epsilon(1e-6));
  CHECK(found.offset == Approx(to_float32(file.get("offset"))[0]).epsilon(1e-6));

  const std::vector<float> wanted = to_float32(file.get("dequantized"));
  std::vector<float> back(wanted.size());
  model::nf4_to_float(found, 0, back);
  for (std::size_t i = 0; i < wanted.size(); ++i) CHECK(back[i] == Approx(wanted[i]).margin(1e-6));
  std::vector<float> tail(100);
  model::nf4_to_float(found, 640, tail);
  CHECK(std::equal(tail.begin(), tail.end(), back.begin() + 640));
  CHECK(found.bytes() < values.size() * 0.53);
}

TEST_CASE("a length that is no whole number of blocks, and nothing at all", "[model][nf4]") {
  std::vector<float> values(67);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = std::sin(static_cast<float>(i));
  const model::Nf4Tensor found = model::to_nf4(values);
  CHECK(found.codes.size() == 34);
  CHECK(found.scales.size() == 2);
  std::vector<float> back(values.size());
  model::nf4_to_float(found, 0, back);
  for (std::size_t i = 0; i < values.size(); ++i) CHECK(back[i] == Approx(values[i]).margin(0.16));
  CHECK(model::to_nf4({}).codes.empty());
}
