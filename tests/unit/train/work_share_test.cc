// Dividing micro batches and tensors among ranks.
#include "train/work_share.h"

#include <algorithm>

#include "support/catch.h"

using namespace llmops::train;

namespace {

std::vector<TensorSize> layers(int count) {
  std::vector<TensorSize> tensors;
  for (int i = 0; i < count; ++i) {
    tensors.push_back({"layers." + std::to_string(i) + ".lora_A", 60});
    tensors.push_back({"layers." + std::to_string(i) + ".lora_B", 40});
  }
  std::sort(tensors.begin(), tensors.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return tensors;
}

}  // namespace

TEST_CASE("equal micro batches are dealt out in turn", "[train]") {
  const std::vector<std::int64_t> tokens(5, 512);
  CHECK(share_of(tokens, 0, 2).mine == std::vector<std::size_t>{0, 2, 4});
  CHECK(share_of(tokens, 1, 2).mine == std::vector<std::size_t>{1, 3});
  CHECK(share_of(tokens, 0, 1).mine == std::vector<std::size_t>{0, 1, 2, 3, 4});
}

TEST_CASE("unequal micro batches are balanced by tokens, and each is computed once", "[train]") {
  const std::vector<std::int64_t> tokens = {10, 90, 30, 40, 20};
  CHECK(share_of(tokens, 0, 2).mine == std::vector<std::size_t>{0, 1});
  CHECK(share_of(tokens, 1, 2).mine == std::vector<std::size_t>{2, 3, 4});
}

TEST_CASE("ranks with less work begin later, and all end in the last round", "[train]") {
  const std::vector<std::int64_t> tokens(5, 512);
  const WorkShare more = share_of(tokens, 0, 2), fewer = share_of(tokens, 1, 2);
  CHECK(more.rounds == 3);
  CHECK(fewer.rounds == 3);
  CHECK(more.in_round(0) == 0U);
  CHECK(fewer.in_round(0) == std::nullopt);
  CHECK(fewer.in_round(1) == 1U);
  CHECK(fewer.in_round(2) == 3U);
}

TEST_CASE("a step with fewer micro batches than ranks leaves the last ranks idle, never rank 0", "[train]") {
  const std::vector<std::int64_t> tokens = {5, 7};
  CHECK(share_of(tokens, 0, 4).mine == std::vector<std::size_t>{1});
  CHECK(share_of(tokens, 1, 4).mine == std::vector<std::size_t>{0});
  CHECK(share_of(tokens, 2, 4).mine.empty());
}

TEST_CASE("buckets go from the last layer to the first and hold every tensor once", "[train]") {
  const std::vector<TensorSize> tensors = layers(12);
  const std::vector<Bucket> buckets = plan_buckets(tensors, 1, 250);
  std::vector<std::string> order;
  for (const Bucket& bucket : buckets) {
    std::int64_t numbers = 0;
    for (const std::size_t index : bucket.tensors) {
      order.push_back(tensors[index].name);
      numbers += tensors[index].numbers;
    }
    CHECK(numbers == bucket.numbers);
    CHECK(numbers <= 250);
    CHECK(bucket.owner == 0);
  }
  REQUIRE(order.size() == tensors.size());
  CHECK(order.front() == "layers.11.lora_B");
  CHECK(order[2] == "layers.10.lora_B");
  CHECK(order.back() == "layers.0.lora_A");
}

TEST_CASE("ranks own runs of whole tensors of about the same size, and no bucket has two owners", "[train]") {
  const std::vector<TensorSize> tensors = layers(12);
  std::vector<std::int64_t> owned(4);
  int last = 0;
  for (const Bucket& bucket : plan_buckets(tensors, 4, 1 << 20)) {
    CHECK(bucket.owner >= last);
    last = bucket.owner;
    owned[static_cast<std::size_t>(bucket.owner)] += bucket.numbers;
  }
  CHECK(owned == std::vector<std::int64_t>(4, 300));
}

TEST_CASE("a tensor above the limit has a bucket to itself", "[train]") {
  const std::vector<TensorSize> tensors = {{"a", 10}, {"b", 1000}, {"c", 10}};
  const std::vector<Bucket> buckets = plan_buckets(tensors, 1, 100);
  REQUIRE(buckets.size() == 3);
  CHECK(buckets[1].tensors == std::vector<std::size_t>{1});
}
