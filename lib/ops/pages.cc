#include "ops/pages.h"

#include <sys/mman.h>

namespace llmops::ops {

void Pages::Unmap::operator()(std::byte* data) const { munmap(data, bytes); }

Pages::Pages(std::size_t bytes, Size size) {
  void* data = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (data == MAP_FAILED) return;
  if (size == Size::kLarge) madvise(data, bytes, MADV_HUGEPAGE);  // only advice
  data_ = {static_cast<std::byte*>(data), Unmap{bytes}};
}

}  // namespace llmops::ops
