// Percentiles and the two drift measures, on plain samples.
#pragma once

#include <span>
#include <vector>

namespace llmops::monitor {

/// The p-th percentile, interpolated linearly between the two nearest order statistics (numpy's default, Hyndman and
/// Fan's type 7). Exact: all samples are kept.
/// @param sorted  ascending, not empty; @param p  0..100
double percentile(std::span<const double> sorted, double p);

/// Upper edges of at most `bins` bins that hold about equal shares of `sorted`: bin i is (edge[i-1], edge[i]], the last
/// bin is open above. Equal quantiles merge, so that values with many repeats give fewer bins. Where all would fall
/// into one bin, the bins are below, from the least to the greatest sample, and above.
/// @returns edges, ascending, one fewer than there are bins
std::vector<double> quantile_edges(std::span<const double> sorted, int bins);

/// Samples in each of edges.size() + 1 bins.
std::vector<std::size_t> count_bins(std::span<const double> samples, std::span<const double> edges);
std::size_t bin_of(double value, std::span<const double> edges);

/// Shares of counts after adding `smoothing` to each bin, so that an empty bin has a finite logarithm.
std::vector<double> smoothed_shares(std::span<const std::size_t> counts, double smoothing);

/// Population stability index, sum over bins of (q - p) ln(q / p); 0 for equal shares, and never negative.
double population_stability_index(std::span<const double> reference, std::span<const double> current);

struct KolmogorovSmirnov {
  double statistic = 0;  ///< largest distance of the two distribution functions, 0..1
  double p_value = 1;    ///< asymptotic, two-sided, with Stephens' correction for small samples
};
/// Two-sample test. @param a, b  ascending, not empty
/// With ties (token counts are integers) the p-value is conservative: the true one is smaller.
KolmogorovSmirnov kolmogorov_smirnov(std::span<const double> a, std::span<const double> b);

}  // namespace llmops::monitor
