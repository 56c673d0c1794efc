// y = x W^T for packed weights.
#pragma once

#include <span>

#include "ops/activations.h"
#include "ops/packed_matrix.h"

namespace llmops::ops {

struct MatmulJob {
  const PackedMatrix* weight = nullptr;  ///< (M, K)
  float* y = nullptr;                    ///< (N, M), written
  std::int64_t stride = 0;               ///< between rows of y, in floats; M or more
};

/// All jobs read the same x, in one round of the threads.
///
/// Each output is summed over columns in their order by itself: how many tokens go along does not change a bit of it.
void matmul(ThreadPool& pool, std::span<const MatmulJob> jobs, Activations& x);

/// y (N, M) dense.
inline void matmul(ThreadPool& pool, const PackedMatrix& weight, Activations& x, float* y) {
  const MatmulJob job{&weight, y, weight.rows()};
  matmul(pool, {&job, 1}, x);
}

}  // namespace llmops::ops
