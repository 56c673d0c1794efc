// k-means.
#pragma once

#include "data/vectors/matrix.h"

namespace llmops::data {

struct KMeansSpec {
  std::size_t clusters = 8;
  int restarts = 5;      ///< the one with the least inertia is taken
  int iterations = 100;  ///< at most; it ends when no point changes its cluster
  std::uint64_t seed = 0;
};

struct KMeansResult {
  std::vector<std::size_t> labels;  ///< of each point; clusters by size, the largest first
  Matrix centres;                   ///< (clusters, dimensions); fewer where there are fewer different points
  double inertia = 0;               ///< sum of squared distances to the centres
};

/// Lloyd's iterations from k-means++ starts (Arthur and Vassilvitskii, 2007), each candidate the best of 2 + ln k
/// draws. The same for the same seed.
KMeansResult kmeans(const Matrix& points, const KMeansSpec& spec);

}  // namespace llmops::data
