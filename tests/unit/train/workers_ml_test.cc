// What the ranks of a job tell each other, and what they say when one of them goes.
#include "train/workers.h"

#include <ATen/ATen.h>

#include "support/ranks.h"
// After libtorch, whose CHECK would replace Catch's.
#include "core/cancel.h"
#include "support/catch.h"
#include "train/shared_gradients.h"

using namespace llmops;
using namespace llmops::train;
using test::on_ranks;

TEST_CASE("a process alone talks to nobody", "[train]") {
  Workers workers;
  const at::Tensor numbers = at::ones({3});
  workers.start_sum(numbers)();
  workers.start_broadcast(numbers, 0)();
  CHECK(numbers.equal(at::ones({3})));
  CHECK(workers.sum(2.5) == 2.5);
  CHECK(workers.gather("a") == std::vector<std::string>{"a"});
  CHECK_NOTHROW(workers.throw_if_any_cancelled());
}

TEST_CASE("sums, texts and tensors reach every rank", "[train]") {
  struct Seen {
    at::Tensor sum, owned, copy;
    double total;
    bool any, none;
    std::vector<std::string> texts;
    std::string first;
  };
  const auto seen = on_ranks<Seen>(3, [](Workers& workers) {
    const auto rank = static_cast<double>(workers.rank());
    Seen result{at::full({1000}, rank), at::full({7}, rank), at::full({2, 2}, rank), 0, false, false, {}, {}};
    const Transfer one = workers.start_sum(result.sum), two = workers.start_sum_to(result.owned, 1);
    const Transfer three = workers.start_broadcast(result.copy, 2);
    one(), two(), three();
    result.total = workers.sum(0.1 * rank);
    result.any = workers.any(rank == 1);
    result.none = workers.any(false);
    result.texts = workers.gather(std::string(workers.rank() * 3, 'x'));
    result.first = workers.broadcast("of rank " + std::to_string(workers.rank()));
    return result;
  });
  for (const Seen& result : seen) {
    CHECK(result.sum.equal(at::full({1000}, 3.0)));
    CHECK(result.copy.equal(at::full({2, 2}, 2.0)));
    CHECK(result.total == Approx(0.3).epsilon(1e-15));
    CHECK(result.any);
    CHECK_FALSE(result.none);
    CHECK(result.texts == std::vector<std::string>{"", "xxx", "xxxxxx"});
    CHECK(result.first == "of rank 0");
  }
  CHECK(seen[1].owned.equal(at::full({7}, 3.0)));
}

TEST_CASE("tensors of all ranks come together on rank 0", "[train]") {
  const auto all = on_ranks<NamedTensors>(3, [](Workers& workers) {
    const auto rank = workers.rank();
    if (rank == 1) return collect_tensors(workers, {});
    const std::string name = std::to_string(rank);
    return collect_tensors(workers, {{"bytes" + name, at::full({5}, rank + 1, at::kByte)},
                                     {"numbers" + name, at::full({2, 3}, 0.5 + rank)}});
  });
  CHECK(all[1].empty());
  CHECK(all[2].empty());
  REQUIRE(all[0].size() == 4);
  CHECK(all[0][0].second.equal(at::full({5}, 1, at::kByte)));
  CHECK(all[0][2].first == "bytes2");
  CHECK(all[0][2].second.equal(at::full({5}, 3, at::kByte)));
  CHECK(all[0][3].first == "numbers2");
  CHECK(all[0][3].second.equal(at::full({2, 3}, 2.5)));
}

TEST_CASE("one rank told to stop stops all", "[train]") {
  CHECK_THROWS_AS(on_ranks<int>(2,
                                [](Workers& workers) {
                                  workers.throw_if_any_cancelled();
                                  if (workers.rank() == 1) request_cancel();
                                  workers.sum(1);
                                  workers.throw_if_any_cancelled();
                                  return 0;
                                }),
                  Interrupted);
  clear_cancel();
}

TEST_CASE("a rank that fails tells the others why", "[train]") {
  const auto errors = on_ranks<std::string>(2, [](Workers& workers) -> std::string {
    try {
      if (workers.rank() == 1) {
        workers.report_failure("no space left on the disk\nframe 0");
        return "";
      }
      workers.sum(1);
    } catch (const WorkerLost& error) {
      return error.what();
    }
    return "no error";
  });
  CHECK(errors[0] == "rank 1 of 2 failed: no space left on the disk");
}

TEST_CASE("a rank that goes without a word is named", "[train]") {
  const auto errors = on_ranks<std::string>(2, [](Workers& workers) -> std::string {
    try {
      if (workers.rank() == 1) return "";
      workers.sum(1);
    } catch (const WorkerLost& error) {
      return error.what();
    }
    return "no error";
  });
  CHECK(errors[0] == "rank 1 of 2 is gone");
}

TEST_CASE("a rank that never comes is an error within the time given", "[train]") {
  const Launch launch = test::launches(2)[0];
  CHECK_THROWS_WITH(Workers(launch, std::chrono::seconds(1)),
                    "only 1 of 2 ranks came to '127.0.0.1:" + std::to_string(launch.port) + "'");
}
