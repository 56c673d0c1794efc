#include "train/heap.h"

#include <malloc.h>

#include <limits>

namespace llmops::train {

void keep_freed_memory() {
#if defined(__GLIBC__)
  constexpr int kLargestThreshold = 32 << 20;  // beyond it glibc refuses; larger blocks come from the system each time
  mallopt(M_MMAP_THRESHOLD, kLargestThreshold);
  mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max());
  mallopt(M_TOP_PAD, 64 << 20);
#endif
}

}  // namespace llmops::train
