// The score of a key. For .cu files alone.
#pragma once

#include "cuda/launch.h"

namespace llmops::cuda {

/// softcap * tanh(score / softcap), where it is on.
__device__ inline float capped(float score, float softcap) {
  return softcap > 0 ? softcap * tanhf(score / softcap) : score;
}

}  // namespace llmops::cuda
