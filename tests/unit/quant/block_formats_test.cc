// Block encoders against the gguf package's.
#include <cmath>
#include <cstring>
#include <limits>

#include "core/error.h"
#include "core/json.h"
#include "quant/gguf_schemes.h"
#include "support/catch.h"

using namespace llmops;

namespace {

std::vector<std::byte> from_hex(const std::string& hex) {
  std::vector<std::byte> bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes.push_back(static_cast<std::byte>(std::stoi(hex.substr(i, 2), nullptr, 16)));
  return bytes;
}

Json golden_blocks() { return read_json_file(LLMOPS_SOURCE_DIR "/tests/golden/gguf/numbers.json")["blocks"]; }

std::vector<float> golden_values() {
  const auto bytes = from_hex(golden_blocks()["values"].get<std::string>());
  std::vector<float> values(bytes.size() / sizeof(float));
  std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

}  // namespace

TEST_CASE("Q8_0 blocks equal the reference's bit for bit", "[quant]") {
  CHECK(quant::encode_q8_0(golden_values()) == from_hex(golden_blocks()["q8_0"].get<std::string>()));
}

TEST_CASE("Q4_0 blocks equal the reference's bit for bit", "[quant]") {
  CHECK(quant::encode_q4_0(golden_values()) == from_hex(golden_blocks()["q4_0"].get<std::string>()));
}

TEST_CASE("decoding stays within half a step of what was encoded", "[quant]") {
  std::vector<float> values(64);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = std::sin(static_cast<float>(i)) * 3;
  const auto bytes = quant::encode_q8_0(values);
  std::vector<float> back(values.size());
  model::to_float32({"w", model::DType::kQ8_0, {2, 32}, bytes}, back);
  for (std::size_t i = 0; i < values.size(); ++i) CHECK(std::fabs(back[i] - values[i]) <= 3.0F / 127 * 0.51F + 2e-3F);
}

TEST_CASE("weights that are not finite, or too large for their scale, are refused", "[quant]") {
  for (const float bad : {std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity(),
                          std::numeric_limits<float>::quiet_NaN(), 1e30F}) {
    std::vector<float> values(32, 1.0F);
    values[17] = bad;
    CHECK_THROWS_AS(quant::encode_q8_0(values), InputError);
    CHECK_THROWS_AS(quant::encode_q4_0(values), InputError);
  }
  CHECK_THROWS_AS(quant::encode_q8_0(std::vector<float>(31)), InputError);
}

TEST_CASE("subnormal weights become blocks of zeros", "[quant]") {
  const std::vector<float> values(32, 1e-42F);
  for (const auto& [dtype, bytes] : {std::pair{model::DType::kQ8_0, quant::encode_q8_0(values)},
                                     std::pair{model::DType::kQ4_0, quant::encode_q4_0(values)}}) {
    std::vector<float> back(32, 1.0F);
    model::to_float32({"w", dtype, {32}, bytes}, back);
    CHECK(back == std::vector<float>(32, 0.0F));
  }
}
