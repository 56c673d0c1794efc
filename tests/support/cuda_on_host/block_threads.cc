#include "support/cuda_on_host/block_threads.h"

#include <sys/mman.h>
#include <ucontext.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <exception>
#include <memory>
#include <numeric>
#include <random>
#include <stdexcept>
#include <vector>

namespace llmops::cuda_on_host {
namespace {

constexpr int kWarp = 32;
constexpr std::size_t kStackBytes = 128 * 1024, kSlotBytes = 32;

struct Barrier {
  int size = 0, arrived = 0;
  std::uint64_t generation = 0;
  Meeting meeting = Meeting::kBlock;
};

/// Where a stack is gone on with: by its ucontext the first time, and after that by jumps, which cost no call of the
/// system. The compiler's own jumps, and out of the address sanitizer's sight, which would take them for the end of
/// what they leave.
struct Place {
  ucontext_t start;
  void* at[5];
  bool started = false;
};

/// Leaves off here, to be gone on with later, and goes on at `to`.
[[gnu::noinline, gnu::no_sanitize_address]] void go(Place& from, Place& to) {
  from.started = true;
  if (__builtin_setjmp(from.at) != 0) return;
  if (to.started) __builtin_longjmp(to.at, 1);
  setcontext(&to.start);
}

struct Thread {
  Place place;
  uint3 index;
  Barrier* waits_at = nullptr;
  std::uint64_t generation = 0;  ///< of the barrier, when it came
  bool done = false;
  int parity = 0;  ///< of its exchanges

  bool ready() const { return !done && (waits_at == nullptr || waits_at->generation != generation); }
};

struct Warp {
  Barrier barrier;
  alignas(kSlotBytes) std::byte slots[2][kWarp * kSlotBytes];
};

/// Stacks are kept from block to block; pages that no thread touched cost nothing.
class Stacks {
 public:
  ~Stacks() { release(); }
  std::byte* of(std::size_t thread, std::size_t count) {
    if (count > count_) {
      release();
      memory_ = static_cast<std::byte*>(mmap(nullptr, count * kStackBytes, PROT_READ | PROT_WRITE,
                                             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
      if (memory_ == MAP_FAILED) throw std::bad_alloc();
      count_ = count;
    }
    return memory_ + thread * kStackBytes;
  }

 private:
  void release() {
    if (count_ > 0) munmap(memory_, count_ * kStackBytes);
    count_ = 0;
  }
  std::byte* memory_ = nullptr;
  std::size_t count_ = 0;
};

class Block {
 public:
  Block(dim3 size, const std::function<void()>& kernel, std::mt19937& random);
  void run();
  void meet(Barrier& barrier, Meeting meeting);

  Barrier whole;
  std::vector<Warp> warps;
  std::vector<Thread> threads;
  Thread* current = nullptr;

 private:
  static void prepare(ucontext_t& start, std::byte* stack);
  static void enter();
  bool advance(std::size_t warp);
  void step(Thread& thread);

  const std::function<void()>& kernel_;
  std::mt19937& random_;
  std::size_t left_ = 0;  ///< threads that are not done
  Place scheduler_;
  std::exception_ptr error_;
};

Block* running = nullptr;
std::unique_ptr<std::byte[]> shared;
Stacks stacks;

[[noreturn]] void fail(const char* what) {
  throw std::logic_error(std::string("kernel on the host: ") + what + ", block " + std::to_string(blockIdx.x) + " " +
                         std::to_string(blockIdx.y) + " " + std::to_string(blockIdx.z));
}

Block::Block(dim3 size, const std::function<void()>& kernel, std::mt19937& random)
    : warps((size.x * size.y * size.z + kWarp - 1) / kWarp),
      threads(size.x * size.y * size.z),
      kernel_(kernel),
      random_(random) {
  whole.size = static_cast<int>(threads.size());
  for (std::size_t i = 0; i < threads.size(); ++i) {
    const auto flat = static_cast<unsigned>(i);
    threads[i].index = {flat % size.x, flat / size.x % size.y, flat / size.x / size.y};
    ++warps[i / kWarp].barrier.size;
    prepare(threads[i].place.start, stacks.of(i, threads.size()));
  }
}

void Block::prepare(ucontext_t& start, std::byte* stack) {
  getcontext(&start);
  start.uc_stack.ss_sp = stack;
  start.uc_stack.ss_size = kStackBytes;
  start.uc_link = nullptr;
  makecontext(&start, &Block::enter, 0);
}

/// What a thread does from its first instruction to its last.
void Block::enter() {
  Block& block = *running;
  try {
    block.kernel_();
  } catch (...) {
    block.error_ = std::current_exception();
  }
  block.current->done = true;
  go(block.current->place, block.scheduler_);
}

void Block::step(Thread& thread) {
  current = &thread;
  threadIdx = thread.index;
  thread.waits_at = nullptr;
  go(scheduler_, thread.place);
  if (error_) std::rethrow_exception(error_);
}

/// Lets each lane of a warp go on to where it waits, in random order. @returns whether any could
bool Block::advance(std::size_t warp) {
  const std::size_t begin = warp * kWarp, count = std::min<std::size_t>(kWarp, threads.size() - begin);
  std::array<std::size_t, kWarp> order;
  std::iota(order.begin(), order.end(), begin);
  std::shuffle(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count), random_);
  bool moved = false;
  for (std::size_t i = 0; i < count; ++i) {
    Thread& thread = threads[order[i]];
    if (!thread.ready()) continue;
    step(thread);
    moved = true;
    if (thread.done) --left_;
  }
  return moved;
}

void Block::run() {
  std::vector<std::size_t> order(warps.size());
  std::iota(order.begin(), order.end(), 0);
  left_ = threads.size();
  while (left_ > 0) {
    std::shuffle(order.begin(), order.end(), random_);
    const bool ahead = random_() % 2 == 0;  // a warp as far as it comes without the others, or all side by side
    bool moved = false;
    for (const std::size_t warp : order) {
      while (advance(warp)) {
        moved = true;
        if (!ahead) break;
      }
    }
    if (!moved) fail("a barrier that not all threads reach");
  }
}

void Block::meet(Barrier& barrier, Meeting meeting) {
  if (barrier.arrived > 0 && barrier.meeting != meeting) fail("threads meet in different calls");
  barrier.meeting = meeting;
  if (++barrier.arrived == barrier.size) {
    barrier.arrived = 0;
    ++barrier.generation;
    return;
  }
  current->waits_at = &barrier;
  current->generation = barrier.generation;
  go(current->place, scheduler_);
}

std::size_t current_thread() { return static_cast<std::size_t>(running->current - running->threads.data()); }

}  // namespace

void run_grid(const LaunchSize& size, const std::function<void()>& kernel) {
  std::mt19937 random(size.grid.x * 31 + size.block.x);
  gridDim = size.grid;
  blockDim = size.block;
  for (unsigned z = 0; z < size.grid.z; ++z) {
    for (unsigned y = 0; y < size.grid.y; ++y) {
      for (unsigned x = 0; x < size.grid.x; ++x) {
        blockIdx = {x, y, z};
        shared = std::make_unique_for_overwrite<std::byte[]>(size.shared_bytes);
        std::memset(shared.get(), 0xff, size.shared_bytes);
        Block block(size.block, kernel, random);
        running = &block;
        block.run();
      }
    }
  }
  running = nullptr;
}

std::byte* shared_memory() { return shared.get(); }

void meet(Meeting meeting) {
  Barrier& barrier = meeting == Meeting::kBlock ? running->whole : running->warps[current_thread() / kWarp].barrier;
  running->meet(barrier, meeting);
}

const std::byte* exchange(Meeting meeting, const void* mine, std::size_t bytes) {
  Warp& warp = running->warps[current_thread() / kWarp];
  std::byte* slots = warp.slots[running->current->parity];
  running->current->parity ^= 1;  // who still reads the last exchange's slots is not overtaken
  std::memcpy(slots + current_thread() % kWarp * kSlotBytes, mine, bytes);
  running->meet(warp.barrier, meeting);
  return slots;
}

int lane() { return static_cast<int>(current_thread() % kWarp); }

}  // namespace llmops::cuda_on_host
