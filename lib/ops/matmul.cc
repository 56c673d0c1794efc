// Products cut into parts for the threads.
#include "ops/matmul.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "core/error.h"
#include "ops/kernels.h"

namespace llmops::ops {
namespace {

/// Parts for each thread: several, so that one which is slow now and then does not hold up the others.
constexpr std::int64_t kPartsPerThread = 8;
/// Tiles of a part come in such numbers: what the widest kernels take at once, of either kind. More would leave one
/// thread waiting for the other where a matrix is small: 576 rows are 36 tiles.
constexpr std::int64_t kTileStep = 6;

std::int64_t tiles_per_part(std::int64_t tiles, int threads) {
  const std::int64_t even = tiles / (kPartsPerThread * threads);
  return std::max<std::int64_t>(1, even / kTileStep) * kTileStep;
}

}  // namespace

void matmul(ThreadPool& pool, std::span<const MatmulJob> jobs, Activations& x) {
  std::int64_t all_tiles = 0;
  for (const MatmulJob& job : jobs) {
    if (job.weight->cols() != x.view().cols) {
      throw InputError(fmt::format("matmul: weight is ({}, {}), x has {} columns", job.weight->rows(),
                                   job.weight->cols(), x.view().cols));
    }
    x.prepare(job.weight->format(), kernels(), pool);
    all_tiles += job.weight->tiles();
  }
  if (x.view().tokens == 0) return;
  const std::int64_t step = tiles_per_part(all_tiles, pool.size());
  std::vector<ProductPart> parts;
  for (const MatmulJob& job : jobs) {
    for (std::int64_t tile = 0; tile < job.weight->tiles(); tile += step) {
      parts.push_back({job.weight, tile, std::min(tile + step, job.weight->tiles()), x.view(), job.y, job.stride});
    }
  }
  pool.run(static_cast<std::int64_t>(parts.size()),
           [&](std::int64_t task, int) { kernels().product(parts[static_cast<std::size_t>(task)]); });
}

}  // namespace llmops::ops
