// Standard errors. The generator is written out, so that every build draws the same resamples.
#include "eval/metrics/statistics.h"

#include <cmath>
#include <cstdint>
#include <numeric>

#include "core/cancel.h"
#include "eval/split_mix.h"

namespace llmops::eval {
namespace {

constexpr int kResamples = 1000;
constexpr std::uint64_t kSeed = 1234;

}  // namespace

double mean_of(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

std::optional<double> standard_error_of_mean(std::span<const double> values) {
  if (values.size() < 2) return std::nullopt;
  const double mean = mean_of(values), n = static_cast<double>(values.size());
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return std::sqrt(squares / (n - 1)) / std::sqrt(n);
}

std::optional<double> bootstrap_error(std::span<const std::vector<double>> statistics,
                                      const std::function<double(std::span<const double>)>& finish) {
  if (statistics.size() < 2) return std::nullopt;
  SplitMix generator{kSeed};
  std::vector<double> values;
  for (int resample = 0; resample < kResamples; ++resample) {
    throw_if_cancelled();
    std::vector<double> sums(statistics[0].size(), 0.0);
    for (std::size_t i = 0; i < statistics.size(); ++i) {
      const std::vector<double>& row = statistics[generator.next() % statistics.size()];
      for (std::size_t j = 0; j < sums.size(); ++j) sums[j] += row[j];
    }
    values.push_back(finish(sums));
  }
  // The standard deviation over resamples is itself the standard error.
  return *standard_error_of_mean(values) * std::sqrt(static_cast<double>(values.size()));
}

}  // namespace llmops::eval
