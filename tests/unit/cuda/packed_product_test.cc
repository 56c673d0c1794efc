// W8A16 and W4A16 against sums in float64 over the weights as the CPU's kernels see them.
#include "cuda/packed_product.h"

#include "support/packed_weights_on_device.h"

using namespace llmops;

namespace {

struct Case {
  std::int64_t rows, cols, tokens;
};

std::vector<float> plain_product(const ops::PackedMatrix& weights, const std::vector<float>& x, const Case& c,
                                 std::int64_t stride, const std::vector<float>& bias) {
  std::vector<float> y(static_cast<std::size_t>(c.tokens * c.rows)), row(static_cast<std::size_t>(c.cols));
  for (std::int64_t r = 0; r < c.rows; ++r) {
    weights.get_row(r, row);
    for (std::int64_t t = 0; t < c.tokens; ++t) {
      double sum = bias[static_cast<std::size_t>(r)];
      for (std::int64_t i = 0; i < c.cols; ++i)
        sum += double{row[static_cast<std::size_t>(i)]} * x[static_cast<std::size_t>(t * stride + i)];
      y[static_cast<std::size_t>(t * c.rows + r)] = static_cast<float>(sum);
    }
  }
  return y;
}

using Product = void (*)(const cuda::PackedWeights&, const cuda::ProductInput&, const cuda::ProductOutput&,
                         cuda::Stream);

/// Both outputs of one product. Float32 sums of a few hundred terms of size 1: 1e-4 is far above their rounding, and
/// far below what one wrong weight does.
void check_product(const Case& c, const FormatPair& format, cuda::HalfFormat half, Product product,
                   std::mt19937& random) {
  const ops::PackedMatrix matrix = random_weights(format.host, c.rows, c.cols, random);
  const std::int64_t stride = c.cols + 8;
  const auto x = random_halves(half, static_cast<std::size_t>(c.tokens * stride), random);
  const auto bias = random_halves(half, static_cast<std::size_t>(c.rows), random);
  const auto expected = plain_product(matrix, x, c, stride, bias);
  const DeviceVector<std::byte> tiles(bytes_of(matrix));
  const DeviceVector<cuda::HalfBits> in(to_halves(half, x)), out(std::vector<cuda::HalfBits>(expected.size(), 0x7fff));
  const DeviceVector<float> device_bias(bias), wide(std::vector<float>(expected.size(), NAN));
  const cuda::PackedWeights weights{tiles.data(), format.device, c.rows, c.cols};
  product(weights, {in.data(), half, stride, c.tokens}, {nullptr, wide.data(), device_bias.data(), c.rows}, nullptr);
  product(weights, {in.data(), half, stride, c.tokens}, {out.data(), nullptr, device_bias.data(), c.rows}, nullptr);
  INFO(ops::packed_format_name(format.host) << ", " << c.rows << " x " << c.cols << ", " << c.tokens << " tokens");
  CHECK(worst_error(wide.host(), expected) < 1e-4F);
  CHECK(worst_error(to_floats(half, out.host()), expected) < half_epsilon(half));
}

}  // namespace

TEST_CASE("packed weights times a few rows on the GPU", "[cuda]") {
  if (no_device()) return;
  std::mt19937 random(3);
  for (const FormatPair& format : kWeightFormats) {
    for (const cuda::HalfFormat half : kHalfFormats) {
      for (const Case& c :
           {Case{1, 32, 1}, {16, 64, 2}, {17, 320, 3}, {40, 1056, 1}, {33, 96, 5}, {8, 288, 8}, {5, 32, 0}}) {
        check_product(c, format, half, cuda::packed_gemv, random);
      }
    }
  }
}

TEST_CASE("packed weights times many rows on the GPU", "[cuda]") {
  if (no_device()) return;
  std::mt19937 random(4);
  for (const FormatPair& format : kWeightFormats) {
    for (const cuda::HalfFormat half : kHalfFormats) {
      for (const Case& c : {Case{1, 32, 1},
                            {16, 64, 9},
                            {33, 320, 16},
                            {40, 544, 31},
                            {129, 96, 33},
                            {150, 160, 65},
                            {17, 32, 130},
                            {5, 32, 0}}) {
        check_product(c, format, half, cuda::packed_gemm, random);
      }
    }
  }
}

TEST_CASE("the product of a token does not depend on those beside it", "[cuda]") {
  if (no_device()) return;
  std::mt19937 random(5);
  const cuda::HalfFormat half = cuda::HalfFormat::kF16;
  const ops::PackedMatrix matrix = random_weights(ops::PackedFormat::kInt4, 32, 512, random);
  const DeviceVector<std::byte> tiles(bytes_of(matrix));
  const DeviceVector<cuda::HalfBits> in(to_halves(half, random_halves(half, 8 * 512, random)));
  const auto first_row = [&](std::int64_t tokens) {
    const DeviceVector<float> out(std::vector<float>(static_cast<std::size_t>(32 * tokens)));
    cuda::packed_product({tiles.data(), cuda::WeightFormat::kInt4, 32, 512}, {in.data(), half, 512, tokens},
                         {nullptr, out.data(), nullptr, 32}, nullptr);
    std::vector<float> row = out.host();
    row.resize(32);
    return row;
  };
  const std::vector<float> alone = first_row(1);
  for (const std::int64_t tokens : {2, 3, 5, 8}) CHECK(first_row(tokens) == alone);
}
