// Threads take blocks from one counter until none is left.
#include "data/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <thread>
#include <vector>

#include "core/cancel.h"
#include "core/process.h"

namespace llmops::data {

namespace {

constexpr std::size_t kBlock = 256;  // records: large against the counter's cost, small against a thread's share

}  // namespace

void parallel_for(std::size_t count, int threads, const std::function<void(std::size_t, std::size_t)>& body) {
  const std::size_t blocks = (count + kBlock - 1) / kBlock;
  std::vector<std::exception_ptr> failures(blocks);
  std::atomic<std::size_t> next{0};
  std::atomic<bool> failed{false};
  const auto work = [&] {
    for (std::size_t block = next++; block < blocks && !failed; block = next++) {
      try {
        throw_if_cancelled();
        body(block * kBlock, std::min(count, (block + 1) * kBlock));
      } catch (...) {
        failures[block] = std::current_exception();
        failed = true;
      }
    }
  };
  const auto wanted = static_cast<std::size_t>(threads > 0 ? threads : available_processors());
  std::vector<std::thread> helpers;
  for (std::size_t i = 1; i < std::min(wanted, blocks); ++i) helpers.emplace_back(work);
  work();
  for (std::thread& helper : helpers) helper.join();
  for (const std::exception_ptr& failure : failures) {
    if (failure) std::rethrow_exception(failure);
  }
}

}  // namespace llmops::data
