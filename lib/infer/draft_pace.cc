#include "infer/draft_pace.h"

#include <algorithm>

namespace llmops::infer {
namespace {

constexpr double kFading = 0.9;   ///< a step, so that some ten of them count
constexpr int kLongestPause = 8;  ///< steps until a guess is tried again, where guesses do not pay

/// Of T tokens, a step's time is about that of kFreeTokens + T: docs/performance.md has 16 at once beside one.
constexpr double kFreeTokens = 4;

}  // namespace

double cost_of_check(std::size_t sequences) {
  const auto tokens = static_cast<double>(sequences);
  return tokens / (kFreeTokens + tokens);
}

/// Of k guesses that hold with chance a each, 1 + a + ... + a^k tokens come of a step that takes 1 + k cost.
/// Source: Leviathan, Kalman and Matias, 2023, "Fast Inference from Transformers via Speculative Decoding",
/// theorem 3.8.
std::size_t DraftPace::next(double cost) {
  const double chance = held_ / tried_;
  std::size_t best = 0;
  double best_speed = 1, tokens = 1, all_hold = 1;
  for (std::size_t k = 1; k <= most_; ++k) {
    all_hold *= chance;
    tokens += all_hold;
    const double speed = tokens / (1 + static_cast<double>(k) * cost);
    if (speed <= best_speed) continue;
    best = k;
    best_speed = speed;
  }
  if (best == 0 && ++passed_ < kLongestPause) return 0;
  passed_ = 0;
  return std::min(most_, std::max<std::size_t>(1, best));
}

void DraftPace::tell(std::size_t drafted, std::size_t held) {
  if (drafted == 0) return;
  held_ = kFading * held_ + static_cast<double>(held);
  tried_ = kFading * tried_ + static_cast<double>(std::min(held + 1, drafted));
}

}  // namespace llmops::infer
