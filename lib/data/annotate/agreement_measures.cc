// Cohen's and Fleiss' kappa, Krippendorff's alpha.
#include "data/annotate/agreement_measures.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>

namespace llmops::data {

namespace {

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

double weight_of(std::size_t i, std::size_t j, KappaWeights weights) {
  const double distance = std::abs(static_cast<double>(i) - static_cast<double>(j));
  switch (weights) {
    case KappaWeights::kNone: return i == j ? 0 : 1;
    case KappaWeights::kLinear: return distance;
    case KappaWeights::kQuadratic: return distance * distance;
  }
  return 0;
}

using Matrix = std::vector<std::vector<double>>;

/// How often each pair of categories met, every thing counted once however many judged it.
Matrix coincidences(const std::vector<std::vector<int>>& units, std::size_t categories) {
  Matrix met(categories, std::vector<double>(categories));
  std::vector<double> counts(categories);
  for (const auto& unit : units) {
    if (unit.size() < 2) continue;
    std::fill(counts.begin(), counts.end(), 0.0);
    for (const int category : unit) ++counts[static_cast<std::size_t>(category)];
    const double others = static_cast<double>(unit.size()) - 1;
    for (std::size_t c = 0; c < categories; ++c) {
      if (counts[c] == 0) continue;
      for (std::size_t k = 0; k < categories; ++k) met[c][k] += counts[c] * (counts[k] - (c == k ? 1 : 0)) / others;
    }
  }
  return met;
}

/// Squared distance of two categories; `totals` are those of the coincidences.
double distance(std::size_t c, std::size_t k, const std::vector<double>& totals, const std::vector<double>& values,
                AlphaLevel level) {
  if (c == k) return 0;
  if (level == AlphaLevel::kInterval) return (values[c] - values[k]) * (values[c] - values[k]);
  const std::size_t low = std::min(c, k), high = std::max(c, k);
  double between = -(totals[c] + totals[k]) / 2;
  for (std::size_t g = low; g <= high; ++g) between += totals[g];
  return between * between;
}

/// Without a table of categories by categories: texts are as many categories as there are texts.
double nominal_alpha(const std::vector<std::vector<int>>& units, std::size_t categories) {
  std::vector<double> totals(categories), counts(categories);
  double all = 0, apart = 0;
  for (const auto& unit : units) {
    if (unit.size() < 2) continue;
    const auto answers = static_cast<double>(unit.size());
    double same = 0;
    for (const int category : unit) same += counts[static_cast<std::size_t>(category)]++;  // pairs
    for (const int category : unit) {
      ++totals[static_cast<std::size_t>(category)];
      counts[static_cast<std::size_t>(category)] = 0;
    }
    apart += (answers * (answers - 1) - 2 * same) / (answers - 1);
    all += answers;
  }
  double expected = all * all;
  for (const double total : totals) expected -= total * total;
  return expected == 0 ? kUndefined : 1 - (all - 1) * apart / expected;
}

}  // namespace

double cohen_kappa(const std::vector<int>& a, const std::vector<int>& b, int categories, KappaWeights weights) {
  const auto size = static_cast<std::size_t>(categories);
  std::vector<double> of_a(size), of_b(size);
  double observed = 0, expected = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const auto first = static_cast<std::size_t>(a[i]), second = static_cast<std::size_t>(b[i]);
    ++of_a[first];
    ++of_b[second];
    observed += weight_of(first, second, weights);
  }
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t j = 0; j < size; ++j) {
      expected += weight_of(i, j, weights) * of_a[i] * of_b[j] / static_cast<double>(a.size());
    }
  }
  return a.empty() || expected == 0 ? kUndefined : 1 - observed / expected;
}

double fleiss_kappa(const std::vector<std::vector<int>>& counts) {
  if (counts.empty()) return kUndefined;
  const double people = std::accumulate(counts[0].begin(), counts[0].end(), 0.0);
  std::vector<double> totals(counts[0].size());
  double agreed = 0;
  for (const auto& row : counts) {
    double same = 0;
    for (std::size_t c = 0; c < row.size(); ++c) {
      totals[c] += row[c];
      same += static_cast<double>(row[c]) * (row[c] - 1);
    }
    agreed += same / (people * (people - 1));
  }
  const auto things = static_cast<double>(counts.size());
  double chance = 0;
  for (const double total : totals) chance += (total / (things * people)) * (total / (things * people));
  return people < 2 || chance == 1 ? kUndefined : (agreed / things - chance) / (1 - chance);
}

double krippendorff_alpha(const std::vector<std::vector<int>>& units, const std::vector<double>& values,
                          AlphaLevel level) {
  const std::size_t categories = values.size();
  if (level == AlphaLevel::kNominal) return nominal_alpha(units, categories);
  const Matrix met = coincidences(units, categories);
  std::vector<double> totals(categories);
  for (std::size_t c = 0; c < categories; ++c) totals[c] = std::accumulate(met[c].begin(), met[c].end(), 0.0);
  const double all = std::accumulate(totals.begin(), totals.end(), 0.0);
  double observed = 0, expected = 0;
  for (std::size_t c = 0; c < categories; ++c) {
    for (std::size_t k = 0; k < categories; ++k) {
      const double apart = distance(c, k, totals, values, level);
      observed += met[c][k] * apart;
      expected += totals[c] * totals[k] * apart;
    }
  }
  return expected == 0 ? kUndefined : 1 - (all - 1) * observed / expected;
}

}  // namespace llmops::data
