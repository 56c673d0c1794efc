// A pass over all lines of a dataset on several threads, whose result does not depend on their number.
#pragma once

#include <functional>

#include "core/progress.h"
#include "data/explore/dataset_files.h"
#include "data/explore/line_blocks.h"

namespace llmops::data::explore {

/// Blocks are dealt out to this many accumulators in turn, so that what each sees is always the same.
constexpr std::size_t kShards = 4;

struct ScanHooks {
  /// One block for accumulator `shard`; never called twice at once for the same shard.
  std::function<void(std::size_t shard, std::size_t file, const LineBlock& block)> block;
  /// After each round of up to kShards blocks, on the calling thread, the blocks being still there: what must see them
  /// in order. Returns whether to go on.
  std::function<bool()> round;
};

/// @param threads  0: all processors
/// @throws whatever a hook throws (the first block's); SystemError; Interrupted
void scan_dataset(const DatasetFiles& files, int threads, Progress& progress, const ScanHooks& hooks);

/// The line that begins at `offset`, without its end; at most LineBlocks::kLongestLine bytes.
/// @throws NotFoundError, SystemError
std::string read_line_at(const std::filesystem::path& path, std::uint64_t offset);

}  // namespace llmops::data::explore
