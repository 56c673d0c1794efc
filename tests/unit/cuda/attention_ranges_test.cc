// How contexts are cut for the device; runs without one.
#include "cuda/attention_ranges.h"

#include <vector>

#include "support/catch.h"

using namespace llmops;

TEST_CASE("splits cover what a query sees, once", "[cuda]") {
  for (const int window : {0, 1, 2, 15, 16, 255, 256, 257, 1000}) {
    for (const int position : {0, 1, 15, 16, 254, 255, 256, 257, 511, 512, 999, 1024, 3000}) {
      const cuda::TokenRange seen = cuda::seen_by(position, window);
      const cuda::TokenRange splits = cuda::splits_of(seen);
      std::vector<int> times(static_cast<std::size_t>(position + 1));
      for (int split = 0; split < cuda::split_count(position + 1) + 2; ++split) {
        const cuda::TokenRange part = cuda::in_split(seen, split);
        CHECK(part.empty() ==
              (split < splits.first || split >= splits.last));  // what one kernel writes the other reads
        for (int token = part.first; token < part.last; ++token) ++times[static_cast<std::size_t>(token)];
      }
      bool right = true;
      for (int token = 0; token <= position; ++token) {
        const bool expected = window == 0 || token > position - window;
        right = right && times[static_cast<std::size_t>(token)] == (expected ? 1 : 0);
      }
      INFO("position " << position << ", window " << window);
      CHECK(right);
    }
  }
}

TEST_CASE("lanes and the tokens whose scores they have agree", "[cuda]") {
  for (int token = 0; token < cuda::kBlockTokens; ++token)
    CHECK(cuda::token_of_lane(cuda::lane_of_token(token)) == token);
  for (int lane = 0; lane < 32; ++lane) {  // bit 1 alone tells two lanes of a token apart
    CHECK(cuda::lane_of_token(cuda::token_of_lane(lane)) == (lane & ~2));
  }
}
