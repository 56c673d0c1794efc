// From the vectors of a text's tokens to one vector.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace llmops::model {

enum class Pooling { kCls, kMax, kMean, kMeanSqrtLength, kWeightedMean, kLastToken };

/// "mean", "cls", ...: sentence-transformers' names. @throws UsageError  for another, with the nearest
Pooling parse_pooling(const std::string& name);
std::vector<std::string> pooling_names();

/// @param rows   (T, width), T at least 1
/// @param begin  tokens before it (a prompt) take no part; where it leaves none, all do
/// @param out    (width)
void pool(std::span<const float> rows, std::size_t width, Pooling pooling, std::size_t begin, std::span<float> out);

/// Scales to length 1, in place; a zero vector stays as it is.
void normalise(std::span<float> vector);

}  // namespace llmops::model
