// Stands in for cuda/tensor_core.h: the same layouts, written from the PTX ISA's tables, computed by the host.
#pragma once

#include <cuda_bf16.h>
#include <cuda_fp16.h>

#include <cstdint>
#include <cstring>
#include <stdexcept>

#include "support/cuda_on_host/block_threads.h"

namespace llmops::cuda {

template <typename Half>
float element_of(std::uint32_t word, int high) {
  const auto bits = static_cast<std::uint16_t>(word >> (16 * high));
  Half number;
  std::memcpy(static_cast<void*>(&number), &bits, sizeof bits);
  return static_cast<float>(number);
}

/// Every lane lays its registers out for the others and finds its own four numbers of the product.
template <typename Half>
void multiply_add(float (&c)[4], const std::uint32_t (&a)[4], std::uint32_t b0, std::uint32_t b1, Half) {
  using namespace cuda_on_host;
  const std::uint32_t mine[6] = {a[0], a[1], a[2], a[3], b0, b1};
  const std::byte* slots = exchange(Meeting::kTensorCore, mine, sizeof mine);
  const auto word = [&](int owner, int index) {
    std::uint32_t value;
    std::memcpy(&value, slots + 32 * owner + 4 * index, sizeof value);
    return value;
  };
  const auto a_at = [&](int row, int k) {
    return element_of<Half>(word(row % 8 * 4 + k % 8 / 2, row / 8 + k / 8 * 2), k % 2);
  };
  const auto b_at = [&](int k, int column) { return element_of<Half>(word(column * 4 + k % 8 / 2, 4 + k / 8), k % 2); };
  const int group = lane() / 4, pair = lane() % 4;
  for (int i = 0; i < 4; ++i) {
    const int row = group + 8 * (i / 2), column = 2 * pair + i % 2;
    for (int k = 0; k < 16; ++k) c[i] += a_at(row, k) * b_at(k, column);
  }
}

inline void load_matrices_of(std::uint32_t (&out)[4], const void* row, bool transposed) {
  using namespace cuda_on_host;
  if (reinterpret_cast<std::uintptr_t>(row) % 16 != 0) throw std::logic_error("kernel on the host: a row off 16 bytes");
  const std::byte* slots = exchange(Meeting::kTensorCore, &row, sizeof row);
  const int group = lane() / 4, pair = lane() % 4;
  for (int m = 0; m < 4; ++m) {
    std::uint16_t found[2];
    for (int i = 0; i < 2; ++i) {
      const int line = transposed ? 2 * pair + i : group, place = transposed ? group : 2 * pair + i;
      const std::byte* start;
      std::memcpy(&start, slots + 32 * (8 * m + line), sizeof start);
      std::memcpy(&found[i], start + 2 * place, 2);
    }
    std::memcpy(&out[m], found, 4);
  }
  meet(Meeting::kTensorCore);  // all have read before any writes what lies there
}

inline void load_matrices(std::uint32_t (&out)[4], const void* row) { load_matrices_of(out, row, false); }
inline void load_transposed(std::uint32_t (&out)[4], const void* row) { load_matrices_of(out, row, true); }

}  // namespace llmops::cuda
