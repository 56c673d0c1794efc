// Loops that do nothing but read, or nothing but multiply.
#include "ops/machine_limits.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstring>

#include "core/error.h"
#include "ops/kernels.h"
#include "ops/pages.h"

namespace llmops::ops {
namespace {

double seconds_of(const auto& body) {
  const auto start = std::chrono::steady_clock::now();
  body();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// @param loop  multiplies `rounds` times and returns how many multiply-adds that were
double measure_rate(ThreadPool& pool, std::int64_t (*loop)(std::int64_t rounds)) {
  constexpr std::int64_t kRounds = 1'000'000;
  double best = 0;
  for (int repeat = 0; repeat < 5; ++repeat) {
    std::atomic<std::int64_t> total = 0;
    const double seconds =
        seconds_of([&] { pool.run(pool.size(), [&](std::int64_t, int) { total += loop(kRounds); }); });
    best = std::max(best, static_cast<double>(total) / seconds / 1e9);
  }
  return best;
}

}  // namespace

double measure_read_bandwidth(ThreadPool& pool, std::size_t bytes, int repeats) {
  const Pages pages(bytes, Pages::Size::kLarge);
  if (!pages) throw SystemError("no memory to measure its bandwidth with");
  std::memset(pages.data(), 1, bytes);
  constexpr std::size_t kPart = std::size_t{1} << 20;
  const auto parts = static_cast<std::int64_t>(bytes / kPart);
  double best = 0;
  std::atomic<std::uint64_t> sink = 0;  // so that no read can be left out
  for (int repeat = 0; repeat < repeats; ++repeat) {
    const double seconds = seconds_of([&] {
      pool.run(parts, [&](std::int64_t part, int) {
        sink += kernels().read(pages.data() + static_cast<std::size_t>(part) * kPart, kPart);
      });
    });
    best = std::max(best, static_cast<double>(parts) * kPart / seconds / 1e9);
  }
  return best;
}

MachineLimits measure_limits(ThreadPool& pool) {
  return {measure_read_bandwidth(pool), measure_rate(pool, kernels().multiply_bytes),
          measure_rate(pool, kernels().multiply_floats),
          kernels().multiply_bfloat16 == nullptr ? 0 : measure_rate(pool, kernels().multiply_bfloat16)};
}

}  // namespace llmops::ops
