// A map in two dimensions that keeps neighbours together.
#pragma once

#include "data/vectors/matrix.h"

namespace llmops::data::explore {

struct TsneSpec {
  double perplexity = 30;  ///< about so many neighbours count; at most a third of the points
  int exaggerated_iterations = 250;
  int iterations = 500;  ///< after those
  std::uint64_t seed = 0;
  int threads = 0;  ///< 0: all processors; the result does not depend on it
};

/// Exact t-SNE: all pairs, no trees. At the 2,000 points that are drawn that takes seconds, has no parameter that
/// trades truth for speed, and is the same on every run; UMAP's sampled negative pairs are not needed at this size. The
/// start is the first two principal components, so that far things stay far (Kobak and Berens, 2019). Source: van der
/// Maaten and Hinton, 2008; learning rate n / 12 / 4 as scikit-learn's "auto".
/// @param points  (n, dimensions). @returns (n, 2)
/// @throws Interrupted
Matrix tsne(const Matrix& points, const TsneSpec& spec);

/// How far the nearest neighbours on the map are neighbours in truth: 1 for all, 0.5 about chance.
/// Source: Venna and Kaski, 2001; the same number as scikit-learn's.
/// @param neighbours  below half of the points
double trustworthiness(const Matrix& points, const Matrix& map, std::size_t neighbours);

}  // namespace llmops::data::explore
