// Quantized blocks against the gguf package's dequantize, bit for bit.
#include "model/block_decode.h"

#include <algorithm>
#include <cstring>

#include "core/json.h"
#include "model/dtype_table.h"
#include "support/catch.h"

using namespace llmops;
using namespace llmops::model;

namespace {

std::vector<std::byte> from_hex(const std::string& hex) {
  std::vector<std::byte> bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes.push_back(static_cast<std::byte>(std::stoi(hex.substr(i, 2), nullptr, 16)));
  return bytes;
}

}  // namespace

TEST_CASE("every quantized type decodes as the reference does, bit for bit", "[model]") {
  const Json golden = read_json_file(LLMOPS_SOURCE_DIR "/tests/golden/gguf/blocks.json");
  for (const DTypeInfo& type : dtype_table()) {
    if (type.elements == 1) continue;
    INFO(type.name);
    REQUIRE(golden.contains(type.name));
    const auto blocks = from_hex(golden[type.name]["blocks"].get<std::string>());
    const auto expected = from_hex(golden[type.name]["values"].get<std::string>());
    const std::size_t elements = expected.size() / sizeof(float);
    REQUIRE(blocks.size() == tensor_bytes(type.dtype, elements));
    // One byte off, so that nothing relies on alignment.
    std::vector<std::byte> shifted(1);
    shifted.insert(shifted.end(), blocks.begin(), blocks.end());
    const auto values = to_float32(
        {"w", type.dtype, {static_cast<std::int64_t>(elements)}, std::span<const std::byte>(shifted).subspan(1)});
    CHECK(std::memcmp(values.data(), expected.data(), expected.size()) == 0);
  }
}

TEST_CASE("GGUF's type numbers are each used once", "[model]") {
  std::vector<int> seen;
  for (const DTypeInfo& type : dtype_table()) {
    if (type.gguf < 0) continue;
    CHECK(std::find(seen.begin(), seen.end(), type.gguf) == seen.end());
    seen.push_back(type.gguf);
  }
}
