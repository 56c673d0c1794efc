// How far people agree beyond chance. Each returns NaN where the answer is not defined (nothing to compare, or only one
// category in use where chance alone explains all).
#pragma once

#include <vector>

namespace llmops::data {

enum class KappaWeights {
  kNone,       ///< every disagreement counts the same
  kLinear,     ///< by the distance of the categories
  kQuadratic,  ///< by its square
};

/// Of two people who judged the same things.
/// @param a, b  categories from 0, of the same length
/// Source: Cohen, 1960, "A coefficient of agreement for nominal scales", and 1968 for weights; as scikit-learn's
/// cohen_kappa_score.
double cohen_kappa(const std::vector<int>& a, const std::vector<int>& b, int categories,
                   KappaWeights weights = KappaWeights::kNone);

/// Of any number of people, not the same ones for each thing.
/// @param counts  (things, categories): how many chose it; each row has the same sum, at least 2
/// Source: Fleiss, 1971, "Measuring nominal scale agreement among many raters"; as statsmodels' fleiss_kappa.
double fleiss_kappa(const std::vector<std::vector<int>>& counts);

enum class AlphaLevel { kNominal, kOrdinal, kInterval };

/// Of any number of people, who need not have judged everything.
/// @param units  (things, answers): for each thing the categories it was given, from 0, by anybody; things with fewer
///               than two answers do not count
/// @param values  what the categories stand for on an interval scale; of the other levels only its length is used
/// Source: Krippendorff, 2011, "Computing Krippendorff's alpha-reliability"; as the Python package krippendorff.
double krippendorff_alpha(const std::vector<std::vector<int>>& units, const std::vector<double>& values,
                          AlphaLevel level);

}  // namespace llmops::data
