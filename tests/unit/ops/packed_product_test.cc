// Products of packed weights: every format and instruction set against plain loops in float64.
#include <cmath>
#include <random>
#include <vector>

#include "core/error.h"
#include "ops/half.h"
#include "ops/kernels.h"
#include "ops/matmul.h"
#include "support/catch.h"

namespace llmops::ops {
namespace {

constexpr PackedFormat kFormats[] = {PackedFormat::kF32,     PackedFormat::kF16,     PackedFormat::kBf16,
                                     PackedFormat::kInt8,    PackedFormat::kInt8Min, PackedFormat::kInt4,
                                     PackedFormat::kInt4Min, PackedFormat::kInt6};

/// The range of what a format stores.
std::pair<int, int> range_of(PackedFormat format) {
  switch (format) {
    case PackedFormat::kInt8: return {-128, 127};
    case PackedFormat::kInt8Min: return {0, 255};
    case PackedFormat::kInt4: return {-8, 7};
    case PackedFormat::kInt4Min: return {0, 15};
    default: return {-32, 31};
  }
}

PackedMatrix random_matrix(PackedFormat format, std::int64_t rows, std::int64_t cols, std::mt19937& random) {
  PackedMatrix matrix(format, rows, cols);
  std::normal_distribution<float> normal;
  if (!is_quantized(format)) {
    std::vector<float> row(static_cast<std::size_t>(cols));
    for (std::int64_t r = 0; r < rows; ++r) {
      for (float& value : row) value = normal(random);
      matrix.set_row(r, row);
    }
    return matrix;
  }
  const auto [low, high] = range_of(format);
  std::uniform_int_distribution<int> number(low, high);
  for (std::int64_t r = 0; r < rows; ++r) {
    for (std::int64_t g = 0; g < cols / kGroup; ++g) {
      WeightGroup group{};
      for (std::int16_t& q : group.q) q = static_cast<std::int16_t>(number(random));
      group.q[0] = static_cast<std::int16_t>(low);  // the extremes, where sums of bytes would overflow
      group.q[1] = static_cast<std::int16_t>(high);
      for (std::uint16_t& scale : group.scale) scale = float_to_half(normal(random) / 64);
      group.minimum = float_to_half(normal(random));
      matrix.set_group(r, g, group);
    }
  }
  return matrix;
}

std::vector<float> random_values(std::int64_t count, std::mt19937& random) {
  std::normal_distribution<float> normal;
  std::vector<float> values(static_cast<std::size_t>(count));
  for (float& value : values) value = normal(random);
  return values;
}

/// Whether an instruction set multiplies prompts with a format in bfloat16.
bool widens(Isa isa, PackedFormat format) { return kernels_for(isa).bfloat16_use(format) == Bfloat16Use::kPrompts; }

void round_all(std::span<float> values) {
  for (float& value : values) value = bfloat16_to_float(float_to_bfloat16(value));
}

/// What the numbers of a token are once prepared. @param widened  in bfloat16, else quantized where weights are
std::vector<float> token_as_multiplied(const ActivationView& x, std::int64_t t, PackedFormat format, bool widened) {
  std::vector<float> values(x.values + t * x.cols, x.values + (t + 1) * x.cols);
  if (widened) {
    round_all(values);
  } else if (is_quantized(format)) {
    for (std::int64_t c = 0; c < x.cols; ++c) {
      const ActivationGroup& group = x.groups[t / kTokenBlock * (x.cols / kGroup) + c / kGroup];
      values[static_cast<std::size_t>(c)] =
          group.scale[t % kTokenBlock] * static_cast<float>(group.q[t % kTokenBlock][c % kGroup]);
    }
  }
  return values;
}

/// (tokens, rows) in float64.
std::vector<double> plain_product(const PackedMatrix& weight, const ActivationView& x, Isa isa) {
  const PackedFormat format = weight.format();
  std::vector<double> sums;
  std::vector<float> row(static_cast<std::size_t>(x.cols));
  for (std::int64_t t = 0; t < x.tokens; ++t) {
    const bool widened = widens(isa, format) && t >= x.decoded;
    const std::vector<float> values = token_as_multiplied(x, t, format, widened);
    for (std::int64_t r = 0; r < weight.rows(); ++r) {
      weight.get_row(r, row);
      if (widened) round_all(row);
      double sum = 0;
      for (std::size_t c = 0; c < row.size(); ++c) sum += double{row[c]} * values[c];
      sums.push_back(sum);
    }
  }
  return sums;
}

std::vector<float> product(const Kernels& kernels, const PackedMatrix& weight, const ActivationView& x) {
  std::vector<float> y(static_cast<std::size_t>(x.tokens * weight.rows()), -1);
  kernels.product({&weight, 0, weight.tiles(), x, y.data(), weight.rows()});
  return y;
}

}  // namespace

TEST_CASE("a product of packed weights is the sum it stands for", "[ops]") {
  std::mt19937 random(7);
  ThreadPool pool(1);
  const std::vector<std::array<std::int64_t, 3>> sizes = {{1, 32, 1},   {16, 32, 7},   {33, 64, 3},
                                                          {50, 96, 13}, {129, 160, 2}, {40, 2112, 45}};
  for (const PackedFormat format : kFormats) {
    for (const auto& [rows, cols, tokens] : sizes) {
      const std::int64_t width = !is_quantized(format) ? cols - 1 : cols;  // an odd one where the format takes it
      const PackedMatrix weight = random_matrix(format, rows, width, random);
      const std::vector<float> values = random_values(tokens * width, random);
      const double margin = 3e-5 * std::sqrt(static_cast<double>(cols));
      for (const Isa isa : runnable_isas()) {
        for (const std::int64_t decoded : {std::int64_t{0}, tokens / 2, tokens}) {
          INFO(packed_format_name(format)
               << " (" << rows << ", " << width << ") " << tokens << ", " << decoded << " " << isa_name(isa));
          Activations x(values.data(), tokens, width, decoded);
          x.prepare(format, kernels_for(isa), pool);
          const std::vector<double> expected = plain_product(weight, x.view(), isa);
          const std::vector<float> y = product(kernels_for(isa), weight, x.view());
          for (std::size_t i = 0; i < y.size(); ++i) REQUIRE(y[i] == Approx(expected[i]).margin(margin).epsilon(1e-5));
          if (!widens(isa, format)) break;  // what is decoded makes no difference
        }
      }
    }
  }
}

TEST_CASE("what a token gives does not depend on those beside it, to the last bit", "[ops]") {
  std::mt19937 random(11);
  ThreadPool pool(2);
  constexpr std::int64_t kTokens = 37, kRows = 70, kCols = 2112;
  for (const PackedFormat format : kFormats) {
    const PackedMatrix weight = random_matrix(format, kRows, kCols, random);
    const std::vector<float> values = random_values(kTokens * kCols, random);
    for (const Isa isa : runnable_isas()) {
      const Kernels& kernels = kernels_for(isa);
      for (const std::int64_t decoded : {0, 5}) {
        INFO(packed_format_name(format) << " " << isa_name(isa) << " " << decoded);
        Activations all(values.data(), kTokens, kCols, decoded);
        all.prepare(format, kernels, pool);
        const std::vector<float> together = product(kernels, weight, all.view());
        for (std::int64_t t = 0; t < kTokens; ++t) {
          Activations one(values.data() + t * kCols, 1, kCols, t < decoded ? 1 : 0);
          one.prepare(format, kernels, pool);
          const std::vector<float> alone = product(kernels, weight, one.view());
          REQUIRE(std::equal(alone.begin(), alone.end(), together.begin() + t * kRows));
        }
      }
    }
  }
}

TEST_CASE("several products of one x are those of each alone", "[ops]") {
  std::mt19937 random(3);
  ThreadPool pool(2);
  const PackedMatrix first = random_matrix(PackedFormat::kInt8, 40, 64, random);
  const PackedMatrix second = random_matrix(PackedFormat::kBf16, 500, 64, random);
  const std::vector<float> values = random_values(std::int64_t{5} * 64, random);
  Activations x(values.data(), 5, 64);
  std::vector<float> y(5 * 540);
  const MatmulJob jobs[] = {{&first, y.data(), 540}, {&second, y.data() + 40, 540}};
  matmul(pool, jobs, x);
  const std::vector<float> a = product(kernels(), first, x.view()), b = product(kernels(), second, x.view());
  for (std::size_t t = 0; t < 5; ++t) {
    REQUIRE(std::equal(a.begin() + t * 40, a.begin() + (t + 1) * 40, y.begin() + t * 540));
    REQUIRE(std::equal(b.begin() + t * 500, b.begin() + (t + 1) * 500, y.begin() + t * 540 + 40));
  }
}

TEST_CASE("quantized activations are within half a step, with their sums", "[ops]") {
  std::mt19937 random(5);
  std::vector<float> values = random_values(std::int64_t{3} * 64, random);
  std::fill(values.begin() + 64, values.begin() + 96, 0.0F);  // a group of zeros has scale 0
  for (const Isa isa : runnable_isas()) {
    ActivationGroup groups[2];
    kernels_for(isa).quantize_block(values.data(), 3, 2, groups);
    for (int t = 0; t < 3; ++t) {
      for (int g = 0; g < 2; ++g) {
        const float scale = groups[g].scale[t];
        std::int32_t sums[2] = {};
        for (int i = 0; i < kGroup; ++i) {
          const int q = groups[g].q[t][i];
          CHECK(std::fabs(values[static_cast<std::size_t>((t * 2 + g) * kGroup + i)] - scale * static_cast<float>(q)) <=
                scale * 0.5001F);
          sums[i / 16] += q;
        }
        CHECK(groups[g].minus_half_sum[0][t] == -sums[0]);
        CHECK(groups[g].minus_half_sum[1][t] == -sums[1]);
        CHECK(groups[g].minus_sum[t] == -sums[0] - sums[1]);
      }
    }
  }
}

TEST_CASE("a product names both shapes when they do not fit", "[ops]") {
  ThreadPool pool(1);
  const PackedMatrix weight(PackedFormat::kF32, 4, 8);
  const std::vector<float> values(7);
  std::vector<float> y(4);
  Activations x(values.data(), 1, 7);
  CHECK_THROWS_WITH(matmul(pool, weight, x, y.data()), "matmul: weight is (4, 8), x has 7 columns");
  CHECK_THROWS_WITH(PackedMatrix(PackedFormat::kInt4, 4, 40), "packed_matrix: (4, 40) does not fit int4");
  CHECK_THROWS_AS(PackedMatrix(PackedFormat::kF32, std::int64_t{1} << 40, std::int64_t{1} << 40), InputError);
}

}  // namespace llmops::ops
