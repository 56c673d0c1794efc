#include "infer/candidates.h"

#include <algorithm>
#include <cmath>

namespace llmops::infer {
namespace {

/// Beyond it, a heap that grows with the vocabulary is slower than looking at all tokens at once.
constexpr std::size_t kMostInHeap = 1024;

/// A total order, so that what is kept depends on nothing but the logits.
bool likelier(const Candidate& a, const Candidate& b) {
  return a.logit > b.logit || (a.logit == b.logit && a.id < b.id);
}
bool earlier(const Candidate& a, const Candidate& b) { return a.id < b.id; }

}  // namespace

std::vector<Candidate> likeliest(std::span<const float> logits, std::size_t count) {
  if (count == 0) return {};
  std::vector<Candidate> kept;
  if (count > kMostInHeap) {
    kept = at_least(logits, -INFINITY);
    if (count < kept.size()) {
      const auto end = kept.begin() + static_cast<std::ptrdiff_t>(count);
      std::nth_element(kept.begin(), end, kept.end(), likelier);
      kept.erase(end, kept.end());
    }
  } else {
    kept.reserve(count + 1);
    for (std::size_t i = 0; i < logits.size(); ++i) {
      if (kept.size() == count && !(logits[i] > kept.front().logit)) continue;
      kept.push_back({static_cast<text::TokenId>(i), logits[i]});
      std::push_heap(kept.begin(), kept.end(), likelier);  // the least likely first
      if (kept.size() <= count) continue;
      std::pop_heap(kept.begin(), kept.end(), likelier);
      kept.pop_back();
    }
  }
  std::sort(kept.begin(), kept.end(), earlier);
  return kept;
}

std::vector<Candidate> at_least(std::span<const float> logits, float lowest) {
  std::vector<Candidate> kept;
  for (std::size_t i = 0; i < logits.size(); ++i) {
    if (logits[i] >= lowest && logits[i] > -INFINITY) kept.push_back({static_cast<text::TokenId>(i), logits[i]});
  }
  return kept;
}

void keep_nucleus(std::vector<Candidate>& candidates, double wanted) {
  // Halves the part in which the sum reaches `wanted`: linear in all, where sorting is not.
  std::vector<Candidate> parts = candidates;
  auto begin = parts.begin(), end = parts.end();
  double before = 0;
  while (end - begin > 1) {
    const auto middle = begin + (end - begin) / 2;
    std::nth_element(begin, middle, end, likelier);
    double upper = 0;
    for (auto at = begin; at != middle; ++at) upper += at->weight;
    if (before + upper >= wanted) {
      end = middle;
    } else {
      before += upper;
      begin = middle;
    }
  }
  if (begin == parts.end()) return;
  const Candidate last = *begin;
  std::erase_if(candidates, [&](const Candidate& candidate) { return likelier(last, candidate); });
}

}  // namespace llmops::infer
