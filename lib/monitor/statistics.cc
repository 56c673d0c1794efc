// Percentiles and the two drift measures.
#include "monitor/statistics.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace llmops::monitor {

double percentile(std::span<const double> sorted, double p) {
  const double at = p / 100 * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  if (below + 1 >= sorted.size()) return sorted.back();
  return sorted[below] + (at - static_cast<double>(below)) * (sorted[below + 1] - sorted[below]);
}

std::vector<double> quantile_edges(std::span<const double> sorted, int bins) {
  std::vector<double> edges;
  for (int i = 1; i < bins; ++i) {
    const double edge = percentile(sorted, 100.0 * i / bins);
    if (edge < sorted.back() && (edges.empty() || edge > edges.back())) edges.push_back(edge);
  }
  // One bin would hide every change: what lies below and above a single value is told apart from it.
  if (edges.empty()) edges = {std::nextafter(sorted.front(), -INFINITY), sorted.back()};
  return edges;
}

std::size_t bin_of(double value, std::span<const double> edges) {
  return static_cast<std::size_t>(std::lower_bound(edges.begin(), edges.end(), value) - edges.begin());
}

std::vector<std::size_t> count_bins(std::span<const double> samples, std::span<const double> edges) {
  std::vector<std::size_t> counts(edges.size() + 1, 0);
  for (const double sample : samples) ++counts[bin_of(sample, edges)];
  return counts;
}

std::vector<double> smoothed_shares(std::span<const std::size_t> counts, double smoothing) {
  const double total =
      std::accumulate(counts.begin(), counts.end(), 0.0) + smoothing * static_cast<double>(counts.size());
  std::vector<double> shares;
  for (const std::size_t count : counts) shares.push_back((static_cast<double>(count) + smoothing) / total);
  return shares;
}

double population_stability_index(std::span<const double> reference, std::span<const double> current) {
  double sum = 0;
  for (std::size_t i = 0; i < reference.size(); ++i) {
    sum += (current[i] - reference[i]) * std::log(current[i] / reference[i]);
  }
  return sum;
}

namespace {

double largest_distance(std::span<const double> a, std::span<const double> b) {
  double distance = 0;
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < a.size() && j < b.size()) {
    const double value = std::min(a[i], b[j]);
    while (i < a.size() && a[i] == value) ++i;
    while (j < b.size() && b[j] == value) ++j;
    distance = std::max(distance, std::fabs(static_cast<double>(i) / static_cast<double>(a.size()) -
                                            static_cast<double>(j) / static_cast<double>(b.size())));
  }
  return distance;
}

/// P(K > x) of Kolmogorov's distribution: 2 sum_k (-1)^(k-1) exp(-2 k^2 x^2).
double kolmogorov_tail(double x) {
  // Below this the sum needs hundreds of terms for a value that differs from 1 by less than 1e-15.
  if (x < 0.18) return 1;
  double sum = 0;
  for (int k = 1; k <= 100; ++k) {
    const double term = std::exp(-2.0 * k * k * x * x);
    sum += k % 2 == 1 ? term : -term;
    if (term < 1e-18) break;
  }
  return std::clamp(2 * sum, 0.0, 1.0);
}

}  // namespace

KolmogorovSmirnov kolmogorov_smirnov(std::span<const double> a, std::span<const double> b) {
  const double n = static_cast<double>(a.size());
  const double m = static_cast<double>(b.size());
  const double effective = std::sqrt(n * m / (n + m));
  const double distance = largest_distance(a, b);
  // Stephens, 1970, "Use of the Kolmogorov-Smirnov, Cramer-Von Mises and related statistics without extensive tables".
  return {distance, kolmogorov_tail((effective + 0.12 + 0.11 / effective) * distance)};
}

}  // namespace llmops::monitor
