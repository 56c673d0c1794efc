#include "infer/score_plan.h"

#include <algorithm>
#include <numeric>

namespace llmops::infer {
namespace {

/// Fewer rows are computed again: waiting for a donor is not worth them.
constexpr std::size_t kFewestShared = 4;

/// Rows that are the same: those of the common tokens but the last, whose next token may differ.
std::size_t common_rows(const std::vector<text::TokenId>& a, const std::vector<text::TokenId>& b) {
  const auto end = std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first;
  const auto common = static_cast<std::size_t>(end - a.begin());
  return common == 0 ? 0 : common - 1;
}

}  // namespace

std::vector<ScorePlanStep> plan_scores(std::span<const std::vector<text::TokenId>> sequences,
                                       std::span<const std::int64_t> kinds) {
  const auto kind = [&](std::size_t sequence) { return kinds.empty() ? 0 : kinds[sequence]; };
  std::vector<std::size_t> order(sequences.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return kind(a) != kind(b) ? kind(a) < kind(b) : sequences[a] < sequences[b];
  });
  std::vector<ScorePlanStep> plan(order.size());
  for (std::size_t i = 0; i < plan.size(); ++i) {
    plan[i].sequence = order[i];
    if (i == 0 || kind(order[i - 1]) != kind(order[i])) continue;
    const std::size_t shared = common_rows(sequences[order[i - 1]], sequences[order[i]]);
    if (shared < kFewestShared) continue;
    // What the neighbour was given itself comes from where it got it.
    std::size_t donor = i - 1;
    while (plan[donor].shared >= shared) donor = plan[donor].donor;
    plan[i].donor = donor;
    plan[i].shared = shared;
    ++plan[donor].sharers;
  }
  return plan;
}

}  // namespace llmops::infer
