#include "data/vectors/matrix.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.h"
#include "data/vectors/random.h"

namespace llmops::data {
namespace {

constexpr std::size_t kOversampling = 8;
constexpr int kIterations = 7;  // the spectra of texts fall slowly

// Gram-Schmidt, twice, on the columns; one that depends on those before it becomes zero.
void orthonormalise(Matrix& q) {
  for (int pass = 0; pass < 2; ++pass) {
    for (std::size_t j = 0; j < q.cols; ++j) {
      std::vector<double> dots(j + 1, 0);
      for (std::size_t i = 0; i < q.rows; ++i) {
        for (std::size_t k = 0; k < j; ++k) dots[k] += double{q.row(i)[k]} * q.row(i)[j];
      }
      double norm = 0;
      for (std::size_t i = 0; i < q.rows; ++i) {
        double value = q.row(i)[j];
        for (std::size_t k = 0; k < j; ++k) value -= dots[k] * q.row(i)[k];
        q.row(i)[j] = static_cast<float>(value);
        norm += value * value;
      }
      const double scale = norm > 1e-20 ? 1 / std::sqrt(norm) : 0;
      for (std::size_t i = 0; i < q.rows; ++i) q.row(i)[j] = static_cast<float>(q.row(i)[j] * scale);
    }
  }
}

/// Eigenvectors of a symmetric matrix as columns, by descending eigenvalue: Jacobi's rotations.
Matrix eigenvectors(std::vector<double> a, std::size_t n) {
  std::vector<double> v(n * n, 0);
  for (std::size_t i = 0; i < n; ++i) v[i * n + i] = 1;
  const auto rotate = [n](std::vector<double>& m, std::size_t p, std::size_t q, double c, double s, bool rows) {
    for (std::size_t k = 0; k < n; ++k) {
      double& x = rows ? m[p * n + k] : m[k * n + p];
      double& y = rows ? m[q * n + k] : m[k * n + q];
      const double old = x;
      x = c * old - s * y;
      y = s * old + c * y;
    }
  };
  for (int sweep = 0; sweep < 50; ++sweep) {
    double off = 0, diagonal = 0;
    for (std::size_t p = 0; p < n; ++p) {
      diagonal += a[p * n + p] * a[p * n + p];
      for (std::size_t q = p + 1; q < n; ++q) off += a[p * n + q] * a[p * n + q];
    }
    if (off <= 1e-24 * diagonal) break;
    for (std::size_t p = 0; p < n; ++p) {
      for (std::size_t q = p + 1; q < n; ++q) {
        if (a[p * n + q] == 0) continue;
        const double theta = (a[q * n + q] - a[p * n + p]) / (2 * a[p * n + q]);
        const double t = (theta < 0 ? -1 : 1) / (std::abs(theta) + std::sqrt(theta * theta + 1));
        const double c = 1 / std::sqrt(t * t + 1), s = t * c;
        rotate(a, p, q, c, s, false);
        rotate(a, p, q, c, s, true);
        rotate(v, p, q, c, s, false);
      }
    }
  }
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t i, std::size_t j) { return a[i * n + i] > a[j * n + j]; });
  Matrix vectors(n, n);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) vectors.row(i)[j] = static_cast<float>(v[i * n + order[j]]);
  }
  return vectors;
}

class Centred : public LinearMap {
 public:
  explicit Centred(const Matrix& matrix) : matrix_(matrix) {
    for (std::size_t j = 0; j < matrix.cols; ++j) {
      double mean = 0;
      for (std::size_t i = 0; i < matrix.rows; ++i) mean += matrix.row(i)[j];
      mean /= static_cast<double>(std::max<std::size_t>(matrix.rows, 1));
      for (std::size_t i = 0; i < matrix.rows; ++i) matrix_.row(i)[j] -= static_cast<float>(mean);
    }
  }
  std::size_t rows() const override { return matrix_.rows; }
  std::size_t cols() const override { return matrix_.cols; }
  Matrix times(const Matrix& x) const override {
    Matrix out(rows(), x.cols);
    for (std::size_t i = 0; i < rows(); ++i) {
      for (std::size_t j = 0; j < cols(); ++j) add_row(out.row(i), x.row(j), matrix_.row(i)[j], x.cols);
    }
    return out;
  }
  Matrix transposed_times(const Matrix& y) const override {
    Matrix out(cols(), y.cols);
    for (std::size_t i = 0; i < rows(); ++i) {
      for (std::size_t j = 0; j < cols(); ++j) add_row(out.row(j), y.row(i), matrix_.row(i)[j], y.cols);
    }
    return out;
  }

 private:
  static void add_row(float* to, const float* from, float factor, std::size_t size) {
    for (std::size_t k = 0; k < size; ++k) to[k] += factor * from[k];
  }
  Matrix matrix_;
};

}  // namespace

Matrix matrix_of(const std::vector<std::vector<float>>& rows) {
  Matrix matrix(rows.size(), rows.empty() ? 0 : rows[0].size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].size() != matrix.cols)
      throw InputError(fmt::format("vector {} has {} values, the first one {}", i, rows[i].size(), matrix.cols));
    if (!std::all_of(rows[i].begin(), rows[i].end(), [](float value) { return std::isfinite(value); }))
      throw InputError(fmt::format("vector {} has a value that is not finite", i));
    std::copy(rows[i].begin(), rows[i].end(), matrix.row(i));
  }
  return matrix;
}

void normalise_rows(Matrix& matrix) {
  for (std::size_t i = 0; i < matrix.rows; ++i) {
    double norm = 0;
    for (std::size_t j = 0; j < matrix.cols; ++j) norm += double{matrix.row(i)[j]} * matrix.row(i)[j];
    if (norm == 0) continue;
    const double scale = 1 / std::sqrt(norm);
    for (std::size_t j = 0; j < matrix.cols; ++j) matrix.row(i)[j] = static_cast<float>(matrix.row(i)[j] * scale);
  }
}

double squared_distance(const float* a, const float* b, std::size_t size) {
  float sum = 0;
  for (std::size_t k = 0; k < size; ++k) sum += (a[k] - b[k]) * (a[k] - b[k]);
  return sum;
}

Matrix largest_directions(const LinearMap& map, std::size_t count, std::uint64_t seed) {
  count = std::min({count, map.rows(), map.cols()});
  const std::size_t width = std::min({count + kOversampling, map.rows(), map.cols()});
  Matrix start(map.cols(), width);
  Random random(seed);
  for (float& value : start.values) value = static_cast<float>(random.uniform() - 0.5);
  Matrix q = map.times(start);
  orthonormalise(q);
  for (int i = 0; i < kIterations; ++i) {
    Matrix right = map.transposed_times(q);
    orthonormalise(right);
    q = map.times(right);
    orthonormalise(q);
  }
  const Matrix projected = map.transposed_times(q);  // (cols, width): B transposed
  std::vector<double> gram(width * width, 0);
  for (std::size_t i = 0; i < projected.rows; ++i) {
    for (std::size_t j = 0; j < width; ++j) {
      for (std::size_t k = 0; k < width; ++k) gram[j * width + k] += double{projected.row(i)[j]} * projected.row(i)[k];
    }
  }
  const Matrix vectors = eigenvectors(gram, width);
  Matrix out(map.rows(), count);
  for (std::size_t k = 0; k < count; ++k) {
    // The singular value is the length of B's image of the direction.
    double norm = 0;
    for (std::size_t i = 0; i < width; ++i) {
      for (std::size_t j = 0; j < width; ++j)
        norm += double{vectors.row(i)[k]} * gram[i * width + j] * vectors.row(j)[k];
    }
    const double singular = std::sqrt(std::max(norm, 0.0));
    double largest = 0;
    for (std::size_t i = 0; i < out.rows; ++i) {
      double value = 0;
      for (std::size_t j = 0; j < width; ++j) value += double{q.row(i)[j]} * vectors.row(j)[k];
      out.row(i)[k] = static_cast<float>(value * singular);
      if (std::abs(value) > std::abs(largest)) largest = value;
    }
    if (largest < 0) {
      for (std::size_t i = 0; i < out.rows; ++i) out.row(i)[k] = -out.row(i)[k];
    }
  }
  return out;
}

Matrix principal_components(const Matrix& matrix, std::size_t count, std::uint64_t seed) {
  return largest_directions(Centred(matrix), count, seed);
}

}  // namespace llmops::data
