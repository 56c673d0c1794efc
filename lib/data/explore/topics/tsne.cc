#include "data/explore/topics/tsne.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/cancel.h"
#include "data/parallel.h"

namespace llmops::data::explore {
namespace {

constexpr double kExaggeration = 12, kLeastGain = 0.01;

// Shares exp(-d beta) of one row whose perplexity is the one wanted, by bisection on beta. `row` has squared distances.
void to_shares(float* row, std::size_t self, std::size_t count, double perplexity) {
  const double wanted = std::log(perplexity);
  double nearest = INFINITY;
  for (std::size_t j = 0; j < count; ++j) nearest = j == self ? nearest : std::min<double>(nearest, row[j]);
  double beta = 1, low = 0, high = INFINITY, sum = 0;
  for (int step = 0; step < 100; ++step) {
    double weighted = 0;
    sum = 0;
    for (std::size_t j = 0; j < count; ++j) {
      if (j == self) continue;
      // Relative to the nearest, so that at least one share is not lost to rounding.
      const double distance = row[j] - nearest, share = std::exp(-beta * distance);
      sum += share;
      weighted += share * distance;
    }
    const double entropy = std::log(sum) + beta * weighted / sum;
    if (std::abs(entropy - wanted) < 1e-5) break;
    (entropy > wanted ? low : high) = beta;
    beta = std::isinf(high) ? beta * 2 : (low + high) / 2;
  }
  for (std::size_t j = 0; j < count; ++j)
    row[j] = j == self ? 0.0F : static_cast<float>(std::exp(-beta * (row[j] - nearest)) / sum);
}

// Joint probabilities of all pairs, (n, n).
Matrix joint_shares(const Matrix& points, double perplexity, int threads) {
  const std::size_t n = points.rows;
  Matrix p(n, n);
  parallel_for(n, threads, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      for (std::size_t j = 0; j < n; ++j)
        p.row(i)[j] = static_cast<float>(squared_distance(points.row(i), points.row(j), points.cols));
      to_shares(p.row(i), i, n, perplexity);
    }
  });
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < i; ++j)
      p.row(i)[j] = p.row(j)[i] = (p.row(i)[j] + p.row(j)[i]) / (2 * static_cast<float>(n));
  }
  return p;
}

// What pulls and what pushes each point, in one pass over all pairs.
struct Forces {
  std::vector<float> pull_x, pull_y, push_x, push_y;
  std::vector<double> sums;  ///< of 1 / (1 + d^2) by row

  explicit Forces(std::size_t n) : pull_x(n), pull_y(n), push_x(n), push_y(n), sums(n) {}

  void compute(const Matrix& p, const std::vector<float>& x, const std::vector<float>& y, int threads) {
    const std::size_t n = x.size();
    parallel_for(n, threads, [&](std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i) {
        float px = 0, py = 0, qx = 0, qy = 0, sum = 0;
        const float *shares = p.row(i), xi = x[i], yi = y[i];
        for (std::size_t j = 0; j < n; ++j) {
          const float dx = xi - x[j], dy = yi - y[j], near = 1 / (1 + dx * dx + dy * dy);
          const float pull = shares[j] * near, push = near * near;
          px += pull * dx;
          py += pull * dy;
          qx += push * dx;
          qy += push * dy;
          sum += near;
        }
        pull_x[i] = px;
        pull_y[i] = py;
        push_x[i] = qx;
        push_y[i] = qy;
        sums[i] = sum - 1;  // itself
      }
    });
  }
};

// One axis of the map with its momentum.
struct Axis {
  std::vector<float> at, speed, gain;

  Axis(const Matrix& start, std::size_t column) : at(start.rows), speed(start.rows, 0), gain(start.rows, 1) {
    double square = 0;
    for (std::size_t i = 0; i < at.size(); ++i) {
      at[i] = start.cols > column ? start.row(i)[column] : 0;
      square += double{at[i]} * at[i];
    }
    spread = std::sqrt(square / static_cast<double>(at.size()));
  }

  void step(const std::vector<float>& pull, const std::vector<float>& push, double exaggeration, double sum,
            double rate, double momentum) {
    for (std::size_t i = 0; i < at.size(); ++i) {
      const auto slope = static_cast<float>(4 * (exaggeration * pull[i] - push[i] / sum));
      gain[i] = std::max(static_cast<float>(kLeastGain), slope * speed[i] < 0 ? gain[i] + 0.2F : gain[i] * 0.8F);
      speed[i] = static_cast<float>(momentum * speed[i] - rate * gain[i] * slope);
      at[i] += speed[i];
    }
    const auto mean = static_cast<float>(std::accumulate(at.begin(), at.end(), 0.0) / static_cast<double>(at.size()));
    for (float& value : at) value -= mean;
  }

  double spread = 0;
};

// The sorted distances' ranks of all others from point i: the nearest has rank 1.
std::vector<std::size_t> ranks_from(const Matrix& points, std::size_t i) {
  std::vector<double> distances(points.rows);
  for (std::size_t j = 0; j < points.rows; ++j)
    distances[j] = j == i ? -1 : squared_distance(points.row(i), points.row(j), points.cols);
  std::vector<std::size_t> order(points.rows), ranks(points.rows);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return distances[a] < distances[b]; });
  for (std::size_t rank = 0; rank < order.size(); ++rank) ranks[order[rank]] = rank;
  return ranks;
}

}  // namespace

Matrix tsne(const Matrix& points, const TsneSpec& spec) {
  const std::size_t n = points.rows;
  Matrix map(n, 2);
  if (n < 4) {  // too few for neighbours: a line
    for (std::size_t i = 0; i < n; ++i) map.row(i)[0] = static_cast<float>(i);
    return map;
  }
  const Matrix p = joint_shares(points, std::min(spec.perplexity, static_cast<double>(n - 1) / 3), spec.threads);
  const Matrix start = principal_components(points, 2, spec.seed);
  Axis x(start, 0), y(start, 1);
  for (Axis* axis : {&x, &y}) {
    for (float& value : axis->at) value *= static_cast<float>(x.spread > 0 ? 1e-4 / x.spread : 0);
  }
  const double rate = std::max(static_cast<double>(n) / kExaggeration / 4, 50.0);
  Forces forces(n);
  for (int i = 0; i < spec.exaggerated_iterations + spec.iterations; ++i) {
    throw_if_cancelled();
    forces.compute(p, x.at, y.at, spec.threads);
    const bool early = i < spec.exaggerated_iterations;
    const double sum = std::accumulate(forces.sums.begin(), forces.sums.end(), 0.0);
    const double exaggeration = early ? kExaggeration : 1, momentum = early ? 0.5 : 0.8;
    x.step(forces.pull_x, forces.push_x, exaggeration, sum, rate, momentum);
    y.step(forces.pull_y, forces.push_y, exaggeration, sum, rate, momentum);
  }
  for (std::size_t i = 0; i < n; ++i) {
    map.row(i)[0] = x.at[i];
    map.row(i)[1] = y.at[i];
  }
  return map;
}

double trustworthiness(const Matrix& points, const Matrix& map, std::size_t neighbours) {
  const std::size_t n = points.rows;
  double penalty = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const auto true_ranks = ranks_from(points, i), map_ranks = ranks_from(map, i);
    for (std::size_t j = 0; j < n; ++j) {
      if (map_ranks[j] >= 1 && map_ranks[j] <= neighbours && true_ranks[j] > neighbours)
        penalty += static_cast<double>(true_ranks[j] - neighbours);
    }
  }
  const auto count = static_cast<double>(n), k = static_cast<double>(neighbours);
  return 1 - penalty * 2 / (count * k * (2 * count - 3 * k - 1));
}

}  // namespace llmops::data::explore
