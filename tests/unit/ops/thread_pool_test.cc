// Every task once, errors to the caller, no thread left behind.
#include "ops/thread_pool.h"

#include <mutex>
#include <set>
#include <stdexcept>
#include <vector>

#include "support/catch.h"

namespace llmops::ops {

TEST_CASE("each task runs once, whatever the number of threads", "[ops]") {
  for (const int threads : {1, 2, 5}) {
    ThreadPool pool(threads);
    CHECK(pool.size() == threads);
    for (const std::int64_t tasks : {0, 1, 2, 1000}) {
      for (int repeat = 0; repeat < 200; ++repeat) {
        std::vector<std::atomic<int>> done(static_cast<std::size_t>(tasks));
        pool.run(tasks, [&](std::int64_t task, int thread) {
          if (thread >= 0 && thread < threads) ++done[static_cast<std::size_t>(task)];
        });
        for (const auto& count : done) REQUIRE(count == 1);
      }
    }
  }
}

TEST_CASE("what a task throws reaches the caller, and the pool goes on", "[ops]") {
  ThreadPool pool(3);
  CHECK_THROWS_WITH(pool.run(100,
                             [](std::int64_t task, int) {
                               if (task == 37) throw std::runtime_error("task 37");
                             }),
                    "task 37");
  std::atomic<int> done = 0;
  pool.run(50, [&](std::int64_t, int) { ++done; });
  CHECK(done == 50);
}

}  // namespace llmops::ops
