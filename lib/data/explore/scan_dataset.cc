#include "data/explore/scan_dataset.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <exception>
#include <fstream>
#include <thread>

#include "core/error.h"
#include "core/process.h"

namespace llmops::data::explore {
namespace {

using Round = std::array<LineBlock, kShards>;

void run_round(const Round& round, std::size_t count, std::size_t file, std::size_t threads, const ScanHooks& hooks) {
  std::array<std::exception_ptr, kShards> failures;
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t shard = next++; shard < count; shard = next++) {
      try {
        hooks.block(shard, file, round[shard]);
      } catch (...) {
        failures[shard] = std::current_exception();
      }
    }
  };
  std::vector<std::thread> helpers;
  for (std::size_t i = 1; i < std::min(threads, count); ++i) helpers.emplace_back(work);
  work();
  for (std::thread& helper : helpers) helper.join();
  for (const std::exception_ptr& failure : failures) {
    if (failure) std::rethrow_exception(failure);
  }
}

}  // namespace

void scan_dataset(const DatasetFiles& files, int threads, Progress& progress, const ScanHooks& hooks) {
  const auto wanted = static_cast<std::size_t>(threads > 0 ? threads : available_processors());
  progress.start("read", files.bytes(), "B");
  std::uint64_t done = 0;
  Round round;
  for (std::size_t file = 0; file < files.files.size(); ++file) {
    LineBlocks blocks(files.files[file].path);
    for (std::size_t count = kShards; count == kShards;) {
      count = 0;
      while (count < kShards && blocks.next(round[count])) done += round[count++].bytes.size();
      run_round(round, count, file, wanted, hooks);
      progress.update(done);
      if (!hooks.round()) return progress.finish();
    }
  }
  progress.finish();
}

std::string read_line_at(const std::filesystem::path& path, std::uint64_t offset) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw NotFoundError("cannot open '" + path.string() + "'");
  file.seekg(static_cast<std::streamoff>(offset));
  std::string line;
  char buffer[1 << 14];
  while (line.size() < LineBlocks::kLongestLine && (file.read(buffer, sizeof(buffer)) || file.gcount() > 0)) {
    const std::string_view read(buffer, static_cast<std::size_t>(file.gcount()));
    const std::size_t end = read.find('\n');
    line.append(read.substr(0, end));
    if (end != std::string_view::npos) break;
  }
  if (line.ends_with('\r')) line.pop_back();
  if (offset == 0 && line.starts_with("\xEF\xBB\xBF")) line.erase(0, 3);
  return line;
}

}  // namespace llmops::data::explore
