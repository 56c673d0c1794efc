// Large tensors' memory: used again, bounded, and left alone while it is in use.
#include "train/tensor_memory.h"

#include <ATen/ATen.h>

#include <array>
#include <thread>
#include <vector>

#include "support/catch.h"

using namespace llmops;

namespace {

constexpr std::int64_t kMega = 1 << 20;

}  // namespace

TEST_CASE("a freed block serves the next tensor of about its size", "[train]") {
  train::keep_tensor_memory();
  void* address = at::empty({2 * kMega}).data_ptr();
  CHECK(at::empty({2 * kMega - 1000}).data_ptr() == address);
  const at::Tensor other = at::empty({kMega});  // less than eight ninths of it
  CHECK(other.data_ptr() != address);
}

TEST_CASE("ever new sizes do not add up", "[train]") {
  train::keep_tensor_memory();
  for (std::int64_t i = 0; i < 300; ++i) at::full({kMega + 37 * 1024 * i}, 1);
  const std::uint64_t largest = 4 * (kMega + 37 * 1024 * 299);
  CHECK(train::held_tensor_memory() < largest + largest / 16 + (65 << 20));
}

TEST_CASE("tensors of several threads keep what was written to them", "[train]") {
  train::keep_tensor_memory();
  std::vector<std::thread> threads;
  std::array<bool, 4> right = {};
  for (std::size_t t = 0; t < right.size(); ++t) {
    threads.emplace_back([t, &right] {
      std::vector<at::Tensor> live;
      bool all = true;
      for (int i = 0; i < 60; ++i) {
        live.push_back(at::full({kMega / 4 + 9001 * ((i * 7 + static_cast<int>(t)) % 13)}, 100.0 * t + i));
        if (live.size() < 4) continue;
        all = all && live.front().eq(100.0 * t + i - 3).all().item<bool>();
        live.erase(live.begin());
      }
      right[t] = all;
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const bool one : right) CHECK(one);
}
