#include "train/work_share.h"

#include <algorithm>
#include <cctype>
#include <numeric>

namespace llmops::train {
namespace {

bool digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

/// "layers.9" stands before "layers.10".
bool natural_less(const std::string& a, const std::string& b) {
  std::size_t i = 0, j = 0;
  while (i < a.size() && j < b.size()) {
    if (digit(a[i]) && digit(b[j])) {
      std::size_t end_a = i, end_b = j;
      while (end_a < a.size() && digit(a[end_a])) ++end_a;
      while (end_b < b.size() && digit(b[end_b])) ++end_b;
      if (end_a - i != end_b - j) return end_a - i < end_b - j;
      const int order = a.compare(i, end_a - i, b, j, end_b - j);
      if (order != 0) return order < 0;
      i = end_a, j = end_b;
    } else if (a[i] != b[j]) {
      return a[i] < b[j];
    } else {
      ++i, ++j;
    }
  }
  return a.size() - i < b.size() - j;
}

std::vector<std::size_t> backward_order(std::span<const TensorSize> tensors) {
  std::vector<std::size_t> order(tensors.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return natural_less(tensors[b].name, tensors[a].name); });
  return order;
}

}  // namespace

std::optional<std::size_t> WorkShare::in_round(std::size_t round) const {
  const std::size_t idle = rounds - mine.size();
  return round < idle ? std::nullopt : std::optional(mine[round - idle]);
}

WorkShare share_of(std::span<const std::int64_t> tokens, int rank, int ranks) {
  std::vector<std::size_t> order(tokens.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return tokens[a] > tokens[b]; });
  std::vector<std::int64_t> loads(static_cast<std::size_t>(ranks));
  std::vector<std::size_t> counts(static_cast<std::size_t>(ranks));
  WorkShare share;
  for (const std::size_t index : order) {
    const auto least = std::min_element(loads.begin(), loads.end());
    *least += tokens[index];
    ++counts[static_cast<std::size_t>(least - loads.begin())];
    if (least - loads.begin() == rank) share.mine.push_back(index);
  }
  std::sort(share.mine.begin(), share.mine.end());
  share.rounds = *std::max_element(counts.begin(), counts.end());
  return share;
}

WorkShare share_of(const std::vector<Example>& examples, std::span<const MicroBatch> window, int rank, int ranks) {
  std::vector<std::int64_t> tokens;
  for (const MicroBatch& batch : window) tokens.push_back(batch_tokens(examples, {&batch, 1}));
  return share_of(tokens, rank, ranks);
}

std::vector<Bucket> plan_buckets(std::span<const TensorSize> tensors, int ranks, std::int64_t most_numbers) {
  std::int64_t total = 0, before = 0;
  for (const TensorSize& tensor : tensors) total += tensor.numbers;
  std::vector<Bucket> buckets;
  for (const std::size_t index : backward_order(tensors)) {
    const std::int64_t numbers = tensors[index].numbers;
    const std::int64_t middle = before + numbers / 2;
    const int owner = total == 0 ? 0 : static_cast<int>(std::min<std::int64_t>(ranks - 1, middle * ranks / total));
    before += numbers;
    if (buckets.empty() || buckets.back().owner != owner || buckets.back().numbers + numbers > most_numbers) {
      buckets.push_back({{}, 0, owner});
    }
    buckets.back().tensors.push_back(index);
    buckets.back().numbers += numbers;
  }
  return buckets;
}

}  // namespace llmops::train
