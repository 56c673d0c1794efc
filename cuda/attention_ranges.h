// Which keys a query sees, and how they are cut: arithmetic that host and device share.
#pragma once

#include "cuda/paged_cache.h"

namespace llmops::cuda {

inline constexpr int kSplitTokens = 256;  ///< a block of decode_attention() takes; four cache blocks a warp

/// Tokens first to last - 1.
struct TokenRange {
  int first, last;
  constexpr bool empty() const { return first >= last; }
};

constexpr int larger_of(int a, int b) { return a > b ? a : b; }
constexpr int smaller_of(int a, int b) { return a < b ? a : b; }

/// What the query at `position` sees. @param window  0: all
constexpr TokenRange seen_by(int position, int window) {
  return {window > 0 ? larger_of(0, position + 1 - window) : 0, position + 1};
}

constexpr int split_count(int tokens) { return (tokens + kSplitTokens - 1) / kSplitTokens; }

/// The part of `seen` that lies in a split.
constexpr TokenRange in_split(TokenRange seen, int split) {
  return {larger_of(seen.first, split * kSplitTokens), smaller_of(seen.last, (split + 1) * kSplitTokens)};
}

/// Splits that hold any of `seen`, which is not empty.
constexpr TokenRange splits_of(TokenRange seen) { return {seen.first / kSplitTokens, split_count(seen.last)}; }

/// The token within a block whose score a lane of the decoding warp has in the end, and the first lane that has it: the
/// lanes' lowest bit chooses eight tokens, and each halving of eight goes by a bit from the highest down.
constexpr int token_of_lane(int lane) {
  return 8 * (lane & 1) + 4 * (lane >> 4 & 1) + 2 * (lane >> 3 & 1) + (lane >> 2 & 1);
}
constexpr int lane_of_token(int token) {
  return (token >> 3 & 1) + 16 * (token >> 2 & 1) + 8 * (token >> 1 & 1) + 4 * (token & 1);
}

}  // namespace llmops::cuda
