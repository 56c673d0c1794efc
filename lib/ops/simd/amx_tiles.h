// AMX's tile registers: eight of up to 16 rows of 64 bytes, whose shapes a thread sets before it uses them.
#pragma once

#include <cstdlib>
#include <new>

#include "ops/simd/vector.h"

namespace llmops::ops {
namespace {

/// Lets tile instructions see what was written before: GCC's intrinsics do not say that they read memory.
inline void finish_writes() { asm volatile("" ::: "memory"); }

/// Sets shapes for as long as it lives; then the thread has no tiles that a change of context would have to keep.
class TileShapes {
 public:
  TileShapes() = default;
  TileShapes(const TileShapes&) = delete;
  TileShapes& operator=(const TileShapes&) = delete;
  ~TileShapes() { _tile_release(); }

  void set(int tile, int rows, int row_bytes) {
    config_.rows[tile] = static_cast<std::uint8_t>(rows);
    config_.row_bytes[tile] = static_cast<std::uint16_t>(row_bytes);
  }
  void apply() {
    finish_writes();
    _tile_loadconfig(&config_);
  }

 private:
  /// As LDTILECFG reads it (Intel's manual, volume 2).
  struct alignas(64) Config {
    std::uint8_t palette = 1, start_row = 0;
    std::uint8_t reserved[14] = {};
    std::uint16_t row_bytes[16] = {};
    std::uint8_t rows[16] = {};
  };
  static_assert(sizeof(Config) == 64);
  Config config_;
};

/// Memory of a thread that stays for its next product. Plain C beneath: see vector.h.
class ThreadRoom {
 public:
  ThreadRoom() = default;
  ThreadRoom(const ThreadRoom&) = delete;
  ThreadRoom& operator=(const ThreadRoom&) = delete;
  ~ThreadRoom() { std::free(data_); }

  /// @returns on a cache line; what was in it is lost @throws std::bad_alloc
  std::byte* of(std::size_t bytes) {
    if (bytes > size_) {
      std::free(data_);
      size_ = 0;
      data_ = static_cast<std::byte*>(std::aligned_alloc(64, (bytes + 63) / 64 * 64));
      if (data_ == nullptr) throw std::bad_alloc();
      size_ = bytes;
    }
    return data_;
  }

 private:
  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace
}  // namespace llmops::ops
