// Element types against numpy's and torch's conversions.
#include "model/tensor_file.h"

#include <cmath>
#include <cstring>

#include "core/error.h"
#include "core/json.h"
#include "support/catch.h"

using namespace llmops;
using namespace llmops::model;

namespace {

template <typename T>
std::vector<T> from_hex(const std::string& hex) {
  std::vector<unsigned char> bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes.push_back(static_cast<unsigned char>(std::stoi(hex.substr(i, 2), nullptr, 16)));
  std::vector<T> values(bytes.size() / sizeof(T));
  std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

template <typename T>
std::vector<float> read(DType dtype, const std::vector<T>& values) {
  std::vector<float> out(values.size());
  to_float32({"w", dtype, {static_cast<std::int64_t>(values.size())}, std::as_bytes(std::span(values))}, out);
  return out;
}

}  // namespace

TEST_CASE("16-bit formats round as numpy and torch do", "[model]") {
  const Json golden = read_json_file(LLMOPS_SOURCE_DIR "/tests/golden/gguf/numbers.json")["halves"];
  const auto floats = from_hex<float>(golden["float"].get<std::string>());
  const auto halves = from_hex<std::uint16_t>(golden["half"].get<std::string>());
  const auto bfloats = from_hex<std::uint16_t>(golden["bfloat16"].get<std::string>());
  REQUIRE(floats.size() > 1000);
  REQUIRE(halves.size() == floats.size());
  int wrong = 0;
  for (std::size_t i = 0; i < floats.size(); ++i) {
    wrong += float_to_half(floats[i]) != halves[i] ? 1 : 0;
    wrong += float_to_bfloat16(floats[i]) != bfloats[i] ? 1 : 0;
  }
  CHECK(wrong == 0);
}

TEST_CASE("every 16-bit pattern survives the way through float32", "[model]") {
  int wrong = 0;
  for (int bits = 0; bits < 1 << 16; ++bits) {
    const auto pattern = static_cast<std::uint16_t>(bits);
    const float half = half_to_float(pattern);
    const float bfloat = bfloat16_to_float(pattern);
    wrong += std::isnan(half) ? !std::isnan(half_to_float(float_to_half(half))) : float_to_half(half) != pattern;
    wrong += std::isnan(bfloat) ? !std::isnan(bfloat16_to_float(float_to_bfloat16(bfloat)))
                                : float_to_bfloat16(bfloat) != pattern;
  }
  CHECK(wrong == 0);
}

TEST_CASE("integer and float tensors read as float32", "[model]") {
  CHECK(read<float>(DType::kF32, {1.5F, -2}) == std::vector<float>{1.5F, -2});
  CHECK(read<double>(DType::kF64, {0.25, -1e3}) == std::vector<float>{0.25F, -1000});
  CHECK(read<std::int8_t>(DType::kI8, {-128, 127}) == std::vector<float>{-128, 127});
  CHECK(read<std::uint8_t>(DType::kU8, {255, 0}) == std::vector<float>{255, 0});
  CHECK(read<std::int16_t>(DType::kI16, {-300}) == std::vector<float>{-300});
  CHECK(read<std::int32_t>(DType::kI32, {70000}) == std::vector<float>{70000});
  CHECK(read<std::int64_t>(DType::kI64, {-5}) == std::vector<float>{-5});
  CHECK(read<std::uint8_t>(DType::kBool, {0, 1, 2}) == std::vector<float>{0, 1, 1});
}

TEST_CASE("sizes that do not fit are errors, not reads past the end", "[model]") {
  CHECK_THROWS_AS(tensor_bytes(DType::kQ4_0, 33), InputError);
  CHECK_THROWS_AS(tensor_bytes(DType::kF64, ~std::uint64_t{0} / 4), InputError);
  const std::vector<float> values(3);
  std::vector<float> out(4);
  CHECK_THROWS_WITH(to_float32({"w", DType::kF32, {4}, std::as_bytes(std::span(values))}, out),
                    "tensor 'w' has 4 elements in 12 bytes, read as 4");
}
