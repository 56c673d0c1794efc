#include "data/explore/length_counts.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "core/units.h"

namespace llmops::data::explore {
namespace {

std::uint64_t rounded(std::uint64_t length) {
  const int spare = static_cast<int>(std::bit_width(length)) - 17;
  return spare <= 0 ? length : length >> spare << spare;
}

// 0, 1, 2, 5, 10, 20, 50, ...
std::uint64_t next_edge(std::uint64_t edge) {
  if (edge < 2) return edge + 1;
  std::uint64_t lead = edge;
  while (lead >= 10) lead /= 10;
  return lead == 2 ? edge / 2 * 5 : edge * 2;
}

}  // namespace

void LengthCounts::add(std::uint64_t length, std::uint64_t count) {
  if (count == 0) return;
  if (length < kExact) {
    if (exact_.size() <= length) exact_.resize(length + 1, 0);
    exact_[length] += count;
  } else {
    long_[rounded(length)] += count;
  }
  count_ += count;
  sum_ += length * count;
  most_ = std::max(most_, length);
}

void LengthCounts::merge(const LengthCounts& other) {
  if (exact_.size() < other.exact_.size()) exact_.resize(other.exact_.size(), 0);
  for (std::size_t i = 0; i < other.exact_.size(); ++i) exact_[i] += other.exact_[i];
  for (const auto& [length, count] : other.long_) long_[length] += count;
  count_ += other.count_;
  sum_ += other.sum_;
  most_ = std::max(most_, other.most_);
}

double LengthCounts::mean() const { return count_ == 0 ? 0 : static_cast<double>(sum_) / static_cast<double>(count_); }

std::uint64_t LengthCounts::least() const { return count_ == 0 ? 0 : at_rank(0); }

std::uint64_t LengthCounts::at_rank(std::uint64_t rank) const {
  for (std::uint64_t length = 0; length < exact_.size(); ++length) {
    if (rank < exact_[length]) return length;
    rank -= exact_[length];
  }
  for (const auto& [length, count] : long_) {
    if (rank < count) return length;
    rank -= count;
  }
  return most_;
}

double LengthCounts::percentile(double p) const {
  if (count_ == 0) return 0;
  const double position = p / 100 * static_cast<double>(count_ - 1);
  const auto below = static_cast<std::uint64_t>(position);
  const auto low = static_cast<double>(at_rank(below));
  const auto high = static_cast<double>(at_rank(std::min(below + 1, count_ - 1)));
  return low + (high - low) * (position - static_cast<double>(below));
}

std::string LengthCounts::Bin::label() const {
  return low == high ? format_count(low) : fmt::format("{}-{}", format_count(low), format_count(high));
}

std::vector<LengthCounts::Bin> LengthCounts::histogram() const {
  std::vector<Bin> bins;
  if (count_ == 0) return bins;
  for (std::uint64_t edge = 0; edge <= most_; edge = next_edge(edge)) bins.push_back({edge, next_edge(edge) - 1, 0});
  const auto put = [&bins](std::uint64_t length, std::uint64_t count) {
    const auto bin = std::upper_bound(bins.begin(), bins.end(), length,
                                      [](std::uint64_t value, const Bin& each) { return value < each.low; });
    std::prev(bin)->count += count;
  };
  for (std::uint64_t length = 0; length < exact_.size(); ++length) put(length, exact_[length]);
  for (const auto& [length, count] : long_) put(length, count);
  const auto first = std::find_if(bins.begin(), bins.end(), [](const Bin& bin) { return bin.count > 0; });
  bins.erase(bins.begin(), first);
  return bins;
}

Json LengthCounts::json() const {
  Json json = {{"count", count_}, {"sum", sum_}, {"mean", mean()}, {"min", least()}};
  for (const int p : kShownPercentiles) json[fmt::format("p{}", p)] = percentile(p);
  json["max"] = most_;
  return json;
}

}  // namespace llmops::data::explore
