// Rows of a fastText matrix. Sizes are checked here once, so that the loops need not.
#include "data/rules/fasttext_matrix.h"

#include "core/error.h"

namespace llmops::data {

namespace {

constexpr std::size_t kCentroids = 256;  // a code is a byte

}  // namespace

void FastTextBytes::fail(const std::string& why) const {
  throw InputError(origin_ + ": not a usable fastText model: " + why, "give a supervised model's .bin or .ftz file");
}

ProductQuantizer::ProductQuantizer(FastTextBytes& bytes, std::size_t columns) {
  const auto dim = bytes.number<std::int32_t>("a quantizer's size");
  const auto parts = bytes.number<std::int32_t>("a quantizer's parts");
  const auto part = bytes.number<std::int32_t>("a quantizer's part");
  const auto last_part = bytes.number<std::int32_t>("a quantizer's last part");
  bytes.check(dim > 0 && static_cast<std::size_t>(dim) == columns, "a quantizer's size");
  bytes.check(part > 0 && part <= dim && parts == (dim - 1) / part + 1, "a quantizer's parts");
  bytes.check(last_part == dim - (parts - 1) * part, "a quantizer's last part");
  parts_ = static_cast<std::size_t>(parts);
  part_ = static_cast<std::size_t>(part);
  last_part_ = static_cast<std::size_t>(last_part);
  centroids_ = bytes.take(columns * kCentroids, sizeof(float), "a quantizer's table").data();
}

void ProductQuantizer::add(const unsigned char* codes, float scale, float* sum) const {
  const std::size_t stride = kCentroids * part_ * sizeof(float);
  const char* table = centroids_;
  for (std::size_t p = 0; p + 1 < parts_; ++p, table += stride, sum += part_) {
    const char* centroid = table + codes[p] * part_ * sizeof(float);
    for (std::size_t i = 0; i < part_; ++i) sum[i] += scale * float_at(centroid, i);
  }
  const char* centroid = table + codes[parts_ - 1] * last_part_ * sizeof(float);
  for (std::size_t i = 0; i < last_part_; ++i) sum[i] += scale * float_at(centroid, i);
}

float ProductQuantizer::dot(const unsigned char* codes, const float* vector) const {
  float sum = 0;
  for (std::size_t p = 0; p < parts_; ++p) {
    const std::size_t size = p + 1 < parts_ ? part_ : last_part_;
    const char* centroid = centroids_ + (p * kCentroids * part_ + codes[p] * size) * sizeof(float);
    for (std::size_t i = 0; i < size; ++i) sum += vector[p * part_ + i] * float_at(centroid, i);
  }
  return sum;
}

FastTextMatrix::FastTextMatrix(FastTextBytes& bytes, bool quantized, std::size_t columns) : columns_(columns) {
  const bool with_norms = quantized && bytes.number<std::uint8_t>("a matrix's norms") != 0;
  const auto rows = bytes.number<std::int64_t>("a matrix's rows");
  const auto found = bytes.number<std::int64_t>("a matrix's columns");
  bytes.check(rows >= 0, "a matrix's rows");
  bytes.check(found > 0 && static_cast<std::uint64_t>(found) == columns, "a matrix's columns");
  rows_ = static_cast<std::size_t>(rows);
  if (!quantized) {
    floats_ = bytes.take(rows_, columns * sizeof(float), "a matrix").data();
    return;
  }
  const auto size = bytes.number<std::int32_t>("a matrix's codes");
  bytes.check(size >= 0, "a matrix's codes");
  codes_ = bytes.take(static_cast<std::size_t>(size), 1, "a matrix's codes").data();
  quantizer_ = ProductQuantizer(bytes, columns);
  bytes.check(static_cast<std::size_t>(size) / quantizer_.parts() == rows_, "a matrix's codes");
  if (!with_norms) return;
  norms_ = bytes.take(rows_, 1, "a matrix's norms").data();
  norm_quantizer_ = ProductQuantizer(bytes, 1);
}

const unsigned char* FastTextMatrix::codes(std::size_t row) const {
  return reinterpret_cast<const unsigned char*>(codes_) + row * quantizer_.parts();
}

float FastTextMatrix::norm(std::size_t row) const {
  return norms_ == nullptr ? 1.0F : norm_quantizer_.value(static_cast<unsigned char>(norms_[row]));
}

void FastTextMatrix::add(std::size_t row, float* sum) const {
  if (floats_ == nullptr) return quantizer_.add(codes(row), norm(row), sum);
  const char* values = floats_ + row * columns_ * sizeof(float);
  for (std::size_t i = 0; i < columns_; ++i) sum[i] += float_at(values, i);
}

float FastTextMatrix::dot(std::size_t row, const float* vector) const {
  if (floats_ == nullptr) return norm(row) * quantizer_.dot(codes(row), vector);
  const char* values = floats_ + row * columns_ * sizeof(float);
  float sum = 0;
  for (std::size_t i = 0; i < columns_; ++i) sum += vector[i] * float_at(values, i);
  return sum;
}

}  // namespace llmops::data
