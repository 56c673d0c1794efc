// One training example as tokens, with the mask of what is learnt.
#pragma once

#include <cstdint>
#include <vector>

namespace llmops::train {

struct Example {
  std::vector<std::int32_t> tokens;      ///< (T)
  std::vector<std::uint8_t> supervised;  ///< (T), 1 where the token is a target; never at 0, which nothing predicts
  std::int64_t supervised_tokens = 0;    ///< sum of `supervised`
  bool desirable = true;                 ///< as KTO's answers are judged
  std::int32_t group = -1;               ///< place in TrainingData::groups; -1: none
  double margin = 0;                     ///< of a pair's chosen answer: how far its reward is to lie above the other

  std::int64_t length() const { return static_cast<std::int64_t>(tokens.size()); }
};

}  // namespace llmops::train
