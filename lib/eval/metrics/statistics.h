// Standard errors: of a mean, and by resampling documents for metrics of a whole corpus.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace llmops::eval {

double mean_of(std::span<const double> values);

/// Sample standard deviation over the root of n. None below 2 values.
std::optional<double> standard_error_of_mean(std::span<const double> values);

/// Standard deviation of `finish` over 1,000 resamples of the documents with a fixed seed. None below 2 documents.
/// @param statistics  a row a document, all of one width; a resample adds its rows up
std::optional<double> bootstrap_error(std::span<const std::vector<double>> statistics,
                                      const std::function<double(std::span<const double>)>& finish);

}  // namespace llmops::eval
