// Packed weights against the values of the files they come from.
#include "model/inference/pack_weights.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <random>

#include "model/inference/pack_blocks.h"
#include "support/catch.h"

namespace llmops::model {
namespace {

/// Where a block's scales of half precision lie.
struct ScalePlaces {
  DType dtype;
  std::vector<std::size_t> offsets;
};

const ScalePlaces kScalePlaces[] = {
    {DType::kQ4_0, {0}},   {DType::kQ4_1, {0, 2}}, {DType::kQ5_0, {0}},    {DType::kQ5_1, {0, 2}},
    {DType::kQ8_0, {0}},   {DType::kIQ4_NL, {0}},  {DType::kIQ4_XS, {0}},  {DType::kQ2_K, {80, 82}},
    {DType::kQ3_K, {108}}, {DType::kQ4_K, {0, 2}}, {DType::kQ5_K, {0, 2}}, {DType::kQ6_K, {208}},
};

/// Random numbers with scales as weights have them.
std::vector<std::byte> random_blocks(const ScalePlaces& places, std::size_t bytes) {
  std::mt19937 random(3);
  std::vector<std::byte> blocks(bytes);
  for (std::byte& byte : blocks) byte = static_cast<std::byte>(random());
  for (std::size_t block = 0; block < bytes; block += static_cast<std::size_t>(block_bytes(places.dtype))) {
    for (const std::size_t offset : places.offsets) {
      const std::uint16_t scale = float_to_half(0.002F + 0.00001F * static_cast<float>(random() % 800));
      std::memcpy(blocks.data() + block + offset, &scale, sizeof scale);
    }
  }
  return blocks;
}

std::vector<float> row_of(const ops::PackedMatrix& matrix, std::int64_t row) {
  std::vector<float> values(static_cast<std::size_t>(matrix.cols()));
  matrix.get_row(row, values);
  return values;
}

/// A matrix of random whole numbers below 256, which every float type keeps exactly.
std::vector<std::byte> random_floats(DType dtype, std::size_t count) {
  std::mt19937 random(7);
  std::vector<std::byte> bytes;
  for (std::size_t i = 0; i < count; ++i) {
    const auto value = static_cast<float>(random() % 511) - 255;
    const std::uint16_t half = dtype == DType::kF16 ? float_to_half(value) : float_to_bfloat16(value);
    const auto* first =
        dtype == DType::kF32 ? reinterpret_cast<const std::byte*>(&value) : reinterpret_cast<const std::byte*>(&half);
    bytes.insert(bytes.end(), first, first + block_bytes(dtype));
  }
  return bytes;
}

}  // namespace

TEST_CASE("blocks of every type keep their values when packed", "[model][inference]") {
  ops::ThreadPool pool(2);
  int packed = 0;
  for (const ScalePlaces& type : kScalePlaces) {
    INFO(dtype_name(type.dtype));
    // Rows of two super-blocks, in an order of their own; more than two tiles of them.
    const std::int64_t rows = 37, cols = 2 * 256;
    const std::vector<std::byte> bytes = random_blocks(type, tensor_bytes(type.dtype, rows * cols));
    StoredRows stored;
    stored.view = {"w", type.dtype, {rows, cols}, bytes};
    for (std::int64_t row = 0; row < rows; ++row) stored.order.push_back(static_cast<std::size_t>(rows - 1 - row));
    const std::vector<float> expected = to_float32(stored.view);
    const ops::PackedFormat format = packed_format(stored, std::nullopt);
    packed += block_packing(type.dtype) != nullptr ? 1 : 0;
    const ops::PackedMatrix matrix = pack_weights(stored, format, pool);
    double most = 0, off = 0;
    for (std::int64_t row = 0; row < rows; ++row) {
      const std::vector<float> found = row_of(matrix, row);
      for (std::size_t c = 0; c < found.size(); ++c) {
        const float wanted = expected[static_cast<std::size_t>((rows - 1 - row) * cols) + c];
        most = std::max(most, std::fabs(double{wanted}));
        // Scales of K-quants are rounded to 11 bits, and scale and minimum may nearly cancel.
        off = std::max(off, std::fabs(double{found[c]} - wanted));
      }
    }
    CHECK(most > 0.01);
    CHECK(off <= most * 0x1p-10);
  }
  CHECK(packed == 11);
}

TEST_CASE("blocks beyond half precision are refused by the tensor's name", "[model][inference]") {
  ops::ThreadPool pool(2);
  for (const ScalePlaces& type : kScalePlaces) {
    INFO(dtype_name(type.dtype));
    const std::int64_t rows = 37, cols = 2 * 256;
    std::vector<std::byte> bytes = random_blocks(type, tensor_bytes(type.dtype, rows * cols));
    StoredRows stored;
    stored.view = {"blk.0.ffn_up.weight", type.dtype, {rows, cols}, bytes};
    const ops::PackedFormat format = packed_format(stored, std::nullopt);
    const auto last = bytes.end() - static_cast<std::ptrdiff_t>(block_bytes(type.dtype));
    const auto scale_last_block = [&](std::uint16_t scale) {
      std::fill(last, bytes.end(), std::byte{0x7f});  // factors of scales as large as they get
      for (const std::size_t offset : type.offsets) std::memcpy(&*last + offset, &scale, sizeof scale);
    };
    const std::string message =
        fmt::format("tensor 'blk.0.ffn_up.weight' has {} numbers beyond half precision", dtype_name(type.dtype));
    scale_last_block(float_to_half(60000));
    if (block_elements(type.dtype) > 32) {  // a factor comes to it
      CHECK_THROWS_WITH(pack_weights(stored, format, pool), message);
    } else {
      CHECK_NOTHROW(pack_weights(stored, format, pool));
    }
    scale_last_block(float_to_half(INFINITY));
    CHECK_THROWS_WITH(pack_weights(stored, format, pool), message);
  }
}

TEST_CASE("floats are packed as they are, or as they are asked for", "[model][inference]") {
  ops::ThreadPool pool(2);
  for (const DType dtype : {DType::kF32, DType::kF16, DType::kBF16}) {
    for (const auto& [rows, cols] : {std::pair{1, 1}, {17, 33}, {32, 64}, {50, 7}}) {
      for (const bool transposed : {false, true}) {
        for (const auto dense :
             {std::optional<ops::PackedFormat>{}, {ops::PackedFormat::kF32}, {ops::PackedFormat::kBf16}}) {
          INFO(dtype_name(dtype) << " " << rows << " " << cols << " " << transposed);
          const auto bytes = random_floats(dtype, static_cast<std::size_t>(rows * cols));
          StoredRows stored;
          stored.view = {"w", dtype, {rows, cols}, bytes};
          if (transposed) std::swap(stored.view.shape[0], stored.view.shape[1]);
          stored.transposed = transposed;
          const std::vector<float> values = to_float32(stored.view);
          const ops::PackedMatrix matrix = pack_weights(stored, packed_format(stored, dense), pool);
          REQUIRE(matrix.rows() == rows);
          REQUIRE(matrix.cols() == cols);
          bool equal = true;
          for (int row = 0; row < rows; ++row) {
            const std::vector<float> found = row_of(matrix, row);
            for (int c = 0; c < cols; ++c) {
              equal &= found[static_cast<std::size_t>(c)] ==
                       values[static_cast<std::size_t>(transposed ? c * rows + row : row * cols + c)];
            }
          }
          CHECK(equal);
        }
      }
    }
  }
}

}  // namespace llmops::model
