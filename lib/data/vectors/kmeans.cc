#include "data/vectors/kmeans.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/cancel.h"
#include "data/vectors/random.h"

namespace llmops::data {
namespace {

using Labels = std::vector<std::size_t>;

void set_row(Matrix& matrix, std::size_t to, const float* from) { std::copy(from, from + matrix.cols, matrix.row(to)); }

// A point drawn with the probability of its share of the weights' sum.
std::size_t draw(const std::vector<double>& weights, double sum, Random& random) {
  double target = random.uniform() * sum;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    target -= weights[i];
    if (target < 0 && weights[i] > 0) return i;
  }
  return static_cast<std::size_t>(std::max_element(weights.begin(), weights.end()) - weights.begin());
}

std::vector<double> nearer(const Matrix& points, std::size_t centre, std::vector<double> distances) {
  for (std::size_t i = 0; i < points.rows; ++i)
    distances[i] = std::min(distances[i], squared_distance(points.row(i), points.row(centre), points.cols));
  return distances;
}

double sum_of(const std::vector<double>& values) { return std::accumulate(values.begin(), values.end(), 0.0); }

Matrix start(const Matrix& points, std::size_t clusters, Random& random) {
  Matrix centres(clusters, points.cols);
  const std::size_t first = random.index(points.rows);
  set_row(centres, 0, points.row(first));
  std::vector<double> distances =
      nearer(points, first, std::vector<double>(points.rows, std::numeric_limits<double>::infinity()));
  const int candidates = 2 + static_cast<int>(std::log(static_cast<double>(clusters)));
  for (std::size_t k = 1; k < clusters; ++k) {
    throw_if_cancelled();
    const double sum = sum_of(distances);
    if (sum == 0) {  // every point is a centre
      centres.values.resize(k * centres.cols);
      centres.rows = k;
      break;
    }
    std::vector<double> best;
    double least = std::numeric_limits<double>::infinity();
    for (int i = 0; i < candidates; ++i) {
      const std::size_t candidate = draw(distances, sum, random);
      std::vector<double> left = nearer(points, candidate, distances);
      if (const double inertia = sum_of(left); inertia < least) {
        least = inertia;
        best = std::move(left);
        set_row(centres, k, points.row(candidate));
      }
    }
    distances = std::move(best);
  }
  return centres;
}

// Whether any label changed; `inertia` is that of the labels given.
bool assign(const Matrix& points, const Matrix& centres, Labels& labels, double& inertia) {
  bool changed = false;
  inertia = 0;
  for (std::size_t i = 0; i < points.rows; ++i) {
    std::size_t nearest = 0;
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t k = 0; k < centres.rows; ++k) {
      const double distance = squared_distance(points.row(i), centres.row(k), points.cols);
      if (distance < least) {
        least = distance;
        nearest = k;
      }
    }
    changed = changed || labels[i] != nearest;
    labels[i] = nearest;
    inertia += least;
  }
  return changed;
}

void move_centres(const Matrix& points, const Labels& labels, Matrix& centres) {
  std::vector<double> sums(centres.values.size(), 0), counts(centres.rows, 0);
  for (std::size_t i = 0; i < points.rows; ++i) {
    ++counts[labels[i]];
    for (std::size_t j = 0; j < points.cols; ++j) sums[labels[i] * points.cols + j] += points.row(i)[j];
  }
  for (std::size_t k = 0; k < centres.rows; ++k) {
    if (counts[k] == 0) continue;  // it stays where it was
    for (std::size_t j = 0; j < points.cols; ++j)
      centres.row(k)[j] = static_cast<float>(sums[k * points.cols + j] / counts[k]);
  }
}

void order_by_size(KMeansResult& result) {
  Labels sizes(result.centres.rows, 0), order(result.centres.rows), place(result.centres.rows);
  for (const std::size_t label : result.labels) ++sizes[label];
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return sizes[a] > sizes[b]; });
  Matrix centres(result.centres.rows, result.centres.cols);
  for (std::size_t k = 0; k < order.size(); ++k) {
    place[order[k]] = k;
    set_row(centres, k, result.centres.row(order[k]));
  }
  for (std::size_t& label : result.labels) label = place[label];
  result.centres = std::move(centres);
}

}  // namespace

KMeansResult kmeans(const Matrix& points, const KMeansSpec& spec) {
  KMeansResult best;
  best.inertia = std::numeric_limits<double>::infinity();
  if (points.rows == 0) return {};
  Random random(spec.seed);
  for (int restart = 0; restart < std::max(spec.restarts, 1); ++restart) {
    throw_if_cancelled();
    KMeansResult run;
    run.labels.assign(points.rows, SIZE_MAX);
    run.centres = start(points, std::clamp<std::size_t>(spec.clusters, 1, points.rows), random);
    for (int i = 0; assign(points, run.centres, run.labels, run.inertia) && i < spec.iterations; ++i) {
      throw_if_cancelled();
      move_centres(points, run.labels, run.centres);
    }
    if (run.inertia < best.inertia) best = std::move(run);
  }
  order_by_size(best);
  return best;
}

}  // namespace llmops::data
