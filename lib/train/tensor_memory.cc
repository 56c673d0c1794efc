#include "train/tensor_memory.h"

#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>
#include <c10/core/impl/alloc_cpu.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <list>
#include <map>
#include <mutex>
#include <unordered_map>

namespace llmops::train {
namespace {

constexpr std::size_t kSmallest = 512 << 10;  ///< of a block; what is below is the heap's
constexpr std::size_t kUnit = 64 << 10;       ///< sizes are multiples of it
constexpr std::size_t kHugePage = 2 << 20;
constexpr std::uint64_t kAlwaysKept = 64 << 20;

struct Block {
  void* address;
  std::size_t size;
};

class TensorMemory final : public c10::Allocator {
 public:
  c10::DataPtr allocate(std::size_t bytes) override {
    void* address = bytes < kSmallest ? c10::alloc_cpu(bytes) : take((bytes + kUnit - 1) / kUnit * kUnit);
    return {address, address, &release, at::Device(at::kCPU)};
  }
  c10::DeleterFnPtr raw_deleter() const override { return &release; }
  void copy_data(void* to, const void* from, std::size_t bytes) const override { std::memcpy(to, from, bytes); }

  static TensorMemory& instance() {
    static auto* memory = new TensorMemory;  // never freed: tensors of static objects may outlive it
    return *memory;
  }
  std::uint64_t held() {
    const std::lock_guard lock(mutex_);
    return held_;
  }

 private:
  using Ages = std::list<Block>;

  void* take(std::size_t size) {
    const std::lock_guard lock(mutex_);
    const auto found = by_size_.lower_bound(size);
    const bool fits = found != by_size_.end() && found->first <= size + size / 8;
    const Block block = fits ? *found->second : fetch(size);
    if (fits) forget(found);
    used_.emplace(block.address, block.size);
    in_use_ += block.size;
    most_in_use_ = std::max(most_in_use_, in_use_);
    return block.address;
  }

  Block fetch(std::size_t size) {
    const std::uint64_t most = std::max(most_in_use_, in_use_ + size);
    while (!free_.empty() && held_ + size > most + most / 16 + kAlwaysKept) {
      const Block oldest = free_.front();
      const auto [first, last] = by_size_.equal_range(oldest.size);
      forget(std::find_if(first, last, [&](const auto& entry) { return entry.second == free_.begin(); }));
      ::munmap(oldest.address, oldest.size);
      held_ -= oldest.size;
    }
    void* address = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    TORCH_CHECK_WITH(OutOfMemoryError, address != MAP_FAILED, "not enough memory for a tensor of ", size, " bytes");
    if (size >= 2 * kHugePage) ::madvise(address, size, MADV_HUGEPAGE);  // a wish
    held_ += size;
    return {address, size};
  }

  void forget(std::multimap<std::size_t, Ages::iterator>::iterator entry) {
    free_.erase(entry->second);
    by_size_.erase(entry);
  }

  static void release(void* address) {
    TensorMemory& memory = instance();
    {
      const std::lock_guard lock(memory.mutex_);
      if (const auto found = memory.used_.find(address); found != memory.used_.end()) {
        memory.in_use_ -= found->second;
        memory.by_size_.emplace(found->second, memory.free_.insert(memory.free_.end(), {address, found->second}));
        memory.used_.erase(found);
        return;
      }
    }
    c10::free_cpu(address);
  }

  std::mutex mutex_;
  std::unordered_map<void*, std::size_t> used_;            ///< sizes
  Ages free_;                                              ///< the longest unused first
  std::multimap<std::size_t, Ages::iterator> by_size_;     ///< of free ones
  std::uint64_t held_ = 0, in_use_ = 0, most_in_use_ = 0;  ///< bytes
};

}  // namespace

void keep_tensor_memory() { c10::SetCPUAllocator(&TensorMemory::instance(), /*priority=*/1); }

std::uint64_t held_tensor_memory() { return TensorMemory::instance().held(); }

}  // namespace llmops::train
