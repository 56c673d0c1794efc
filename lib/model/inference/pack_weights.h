// Weights as they were stored, brought into the kernels' layout.
#pragma once

#include <optional>

#include "model/inference/stored_weights.h"
#include "ops/packed_matrix.h"
#include "ops/thread_pool.h"

namespace llmops::model {

/// The format nearest to the stored one. Numbers of blocks stay as they are (pack_blocks.h), blocks without a packed
/// form become half precision. @param dense  what floats become; none: what they are
ops::PackedFormat packed_format(const StoredRows& stored, std::optional<ops::PackedFormat> dense);

/// Reads the file once, front to back, and lets go of its pages, so that a model is in memory once.
/// @throws InputError  for blocks whose scales, or whose weights where those are kept so, half precision does not hold
ops::PackedMatrix pack_weights(const StoredRows& stored, ops::PackedFormat format, ops::ThreadPool& pool);

/// A dense matrix of values at hand. @param values  (rows, cols)
ops::PackedMatrix pack_values(const std::vector<float>& values, std::int64_t rows);

}  // namespace llmops::model
