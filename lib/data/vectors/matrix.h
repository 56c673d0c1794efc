// Dense matrices as small as a sample of records needs, and the largest directions of larger ones.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace llmops::data {

struct Matrix {
  std::size_t rows = 0, cols = 0;
  std::vector<float> values;  ///< (rows, cols), row-major

  Matrix() = default;
  Matrix(std::size_t rows_, std::size_t cols_) : rows(rows_), cols(cols_), values(rows_ * cols_) {}
  float* row(std::size_t i) { return values.data() + i * cols; }
  const float* row(std::size_t i) const { return values.data() + i * cols; }
};

/// @param rows  all of one length. @throws InputError  when they are not, or a value is not finite
Matrix matrix_of(const std::vector<std::vector<float>>& rows);
/// Each row to length 1; one of zeros stays.
void normalise_rows(Matrix& matrix);
double squared_distance(const float* a, const float* b, std::size_t size);

/// A matrix known by its products alone, such as a sparse or a centred one.
class LinearMap {
 public:
  virtual ~LinearMap() = default;
  virtual std::size_t rows() const = 0;
  virtual std::size_t cols() const = 0;
  /// @param x  (cols, k). @returns (rows, k)
  virtual Matrix times(const Matrix& x) const = 0;
  /// @param y  (rows, k). @returns (cols, k)
  virtual Matrix transposed_times(const Matrix& y) const = 0;
};

/// U * S of the truncated singular value decomposition: the rows in their `count` largest directions, by descending
/// singular value. Randomized subspace iteration; each direction's sign makes its largest value positive.
/// Source: Halko, Martinsson and Tropp, 2011, "Finding structure with randomness", algorithm 4.4.
/// @returns (rows, min(count, rows, cols))
Matrix largest_directions(const LinearMap& map, std::size_t count, std::uint64_t seed);

/// Principal components: the rows, centred, in their largest directions.
Matrix principal_components(const Matrix& matrix, std::size_t count, std::uint64_t seed);

}  // namespace llmops::data
