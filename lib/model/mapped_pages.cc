// Lets go of pages of mapped files.
#include "model/mapped_pages.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>

namespace llmops::model {

void release_pages(std::span<const std::byte> bytes) {
  const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  const auto begin = reinterpret_cast<std::uintptr_t>(bytes.data());
  const std::uintptr_t first = (begin + page - 1) / page * page, last = (begin + bytes.size()) / page * page;
  if (first >= last) return;
  madvise(const_cast<std::byte*>(bytes.data() + (first - begin)), last - first, MADV_DONTNEED);
}

}  // namespace llmops::model
