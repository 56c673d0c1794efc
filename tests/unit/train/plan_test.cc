// Steps: packing, epochs, and the learning rate over them.
#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "core/files.h"
#include "support/catch.h"
#include "train/epoch_plan.h"
#include "train/random.h"
#include "train/schedule.h"

using namespace llmops;

namespace {

std::vector<train::Example> examples_of(const std::vector<int>& lengths) {
  std::vector<train::Example> examples;
  for (const int length : lengths) {
    train::Example example;
    example.tokens.assign(static_cast<std::size_t>(length), 1);
    example.supervised.assign(static_cast<std::size_t>(length), 1);
    examples.push_back(std::move(example));
  }
  return examples;
}

std::vector<train::Example> random_examples(int count) {
  train::Random random({1});
  std::vector<int> lengths;
  for (int i = 0; i < count; ++i) lengths.push_back(static_cast<int>(1 + random.below(100)));
  return examples_of(lengths);
}

}  // namespace

TEST_CASE("packing keeps every example once, fits rows and fills them", "[train]") {
  const auto examples = random_examples(400);
  const auto steps = train::plan_steps(examples, {.row_tokens = 256, .gradient_accumulation_steps = 4});
  std::multiset<std::uint32_t> seen;
  std::int64_t rows = 0, tokens = 0;
  for (const auto& step : steps) {
    for (const auto& batch : step.micro_batches) {
      std::int64_t length = 0;
      for (const std::uint32_t index : batch) {
        seen.insert(index);
        length += examples[index].length();
      }
      CHECK(length <= 256);
      tokens += length;
      ++rows;
    }
  }
  CHECK(seen.size() == 400);
  CHECK(std::set<std::uint32_t>(seen.begin(), seen.end()).size() == 400);
  CHECK(static_cast<double>(tokens) / static_cast<double>(rows * 256) > 0.93);
  CHECK(steps.back().ends_epoch);
}

TEST_CASE("a plan follows its seed, and epochs differ from each other", "[train]") {
  const auto examples = random_examples(50);
  const train::PlanOptions options{.packing = false, .num_epochs = 2, .seed = 5};
  const auto first = train::plan_steps(examples, options), again = train::plan_steps(examples, options);
  REQUIRE(first.size() == 100);
  bool same_epochs = true;
  for (std::size_t i = 0; i < 50; ++i) {
    CHECK(first[i].micro_batches == again[i].micro_batches);
    same_epochs = same_epochs && first[i].micro_batches == first[i + 50].micro_batches;
  }
  CHECK_FALSE(same_epochs);
  CHECK(first[49].ends_epoch);
  CHECK(first[50].epoch == 1);
}

TEST_CASE("steps are counted with short last windows, part epochs and max_steps", "[train]") {
  const auto examples = examples_of(std::vector<int>(10, 5));
  const auto count = [&](train::PlanOptions options) {
    options.packing = false;
    return train::plan_steps(examples, options).size();
  };
  CHECK(count({.gradient_accumulation_steps = 4}) == 3);
  CHECK(count({.micro_batch_size = 3, .gradient_accumulation_steps = 2}) == 2);
  CHECK(count({.num_epochs = 0.25}) == 3);
  CHECK(count({.num_epochs = 1.5}) == 15);
  CHECK(count({.max_steps = 23}) == 23);
}

TEST_CASE("the step that reaches max_tokens is the last, over epochs and beside max_steps", "[train]") {
  const auto examples = examples_of(std::vector<int>(10, 5));
  const auto count = [&](train::PlanOptions options) {
    options.packing = false;
    return train::plan_steps(examples, options).size();
  };
  CHECK(count({.max_tokens = 1}) == 1);
  CHECK(count({.max_tokens = 20}) == 4);
  CHECK(count({.max_tokens = 21}) == 5);
  CHECK(count({.num_epochs = 1, .max_tokens = 101}) == 21);  // more than one epoch
  CHECK(count({.max_steps = 3, .max_tokens = 101}) == 3);
  CHECK(count({.max_steps = 30, .max_tokens = 101}) == 21);
  CHECK(train::plan_steps(examples, {.packing = false, .max_tokens = 75}).back().epoch_after == 2);
}

TEST_CASE("validation batches hold every example in order", "[train]") {
  const auto batches = train::plan_validation(examples_of({5, 5, 20, 1}), 10);
  REQUIRE(batches.size() == 3);
  CHECK(batches[0] == train::MicroBatch{0, 1});
  CHECK(batches[1] == train::MicroBatch{2});
  CHECK(batches[2] == train::MicroBatch{3});
}

TEST_CASE("schedules warm up, decay and end where transformers' do", "[train]") {
  train::FinetuneRecipe recipe;
  recipe.learning_rate = 1;
  recipe.warmup_ratio = 0.15;  // of 10 steps: 2, rounded up
  const train::Schedule cosine(recipe, 10);
  CHECK(cosine.warmup_steps() == 2);
  CHECK(cosine.learning_rate(0) == 0);
  CHECK(cosine.learning_rate(1) == 0.5);
  CHECK(cosine.learning_rate(2) == 1);
  CHECK(cosine.learning_rate(6) == Approx(0.5));
  CHECK(cosine.learning_rate(10) == Approx(0).margin(1e-12));
  recipe.cosine_min_lr_ratio = 0.1;
  CHECK(train::Schedule(recipe, 10).learning_rate(10) == Approx(0.1));
  recipe.warmup_steps = 0;
  recipe.lr_scheduler = "linear";
  CHECK(train::Schedule(recipe, 10).learning_rate(0) == 1);
  CHECK(train::Schedule(recipe, 10).learning_rate(9) == Approx(0.1));
  recipe.lr_scheduler = "constant";
  CHECK(train::Schedule(recipe, 10).learning_rate(9) == 1);
}

TEST_CASE("schedules follow transformers' step for step", "[train]") {
  const Json golden = read_json_file(fs::path(LLMOPS_SOURCE_DIR) / "tests/golden/schedules/schedules.json");
  train::FinetuneRecipe recipe;
  recipe.learning_rate = golden["learning_rate"];
  for (const Json& one : golden["cases"]) {
    INFO(one["recipe"].dump());
    recipe.lr_scheduler = one["recipe"]["lr_scheduler"];
    recipe.warmup_steps = one["recipe"]["warmup_steps"];
    recipe.lr_scheduler_kwargs = one["recipe"].value("lr_scheduler_kwargs", Json::object());
    const train::Schedule schedule(recipe, golden["steps"].get<std::int64_t>());
    const auto rates = one["rates"].get<std::vector<double>>();
    REQUIRE(rates.size() == 23);
    for (std::size_t step = 0; step < rates.size(); ++step) {
      CHECK(schedule.learning_rate(static_cast<std::int64_t>(step)) ==
            Approx(rates[step]).epsilon(1e-12).margin(1e-18));
    }
  }
}

TEST_CASE("phases longer than the run are refused", "[train]") {
  train::FinetuneRecipe recipe;
  recipe.lr_scheduler = "wsd";
  recipe.warmup_steps = 5;
  recipe.lr_scheduler_kwargs = {{"num_decay_steps", 20}};
  CHECK(train::Schedule(recipe, 25).learning_rate(5) == recipe.learning_rate);
  CHECK_THROWS_WITH(train::Schedule(recipe, 24), "'wsd' warms up for 5 steps and decays for 20, but the run has 24");
}

TEST_CASE("random numbers below a bound are even, and streams unrelated", "[train]") {
  train::Random random({42, 1});
  std::map<std::uint64_t, int> counts;
  for (int i = 0; i < 6000; ++i) ++counts[random.below(6)];
  for (const auto& [value, count] : counts) CHECK(std::abs(count - 1000) < 150);
  CHECK(train::Random({1, 2}).next() != train::Random({2, 1}).next());
}

TEST_CASE("examples of like length come into one step, in an order that follows the seed", "[train]") {
  const auto examples = random_examples(400);
  const train::PlanOptions options{
      .packing = false, .micro_batch_size = 2, .gradient_accumulation_steps = 2, .group_by_length = true};
  const auto spread = [&](const train::PlanOptions& chosen) {
    std::int64_t sum = 0;
    std::set<std::uint32_t> seen;
    for (const auto& step : train::plan_steps(examples, chosen)) {
      std::int64_t least = INT64_MAX, most = 0;
      for (const auto& batch : step.micro_batches) {
        for (const std::uint32_t index : batch) {
          least = std::min(least, examples[index].length());
          most = std::max(most, examples[index].length());
          seen.insert(index);
        }
      }
      sum += most - least;
    }
    CHECK(seen.size() == 400);
    return sum;
  };
  train::PlanOptions by_chance = options;
  by_chance.group_by_length = false;
  CHECK(spread(options) * 5 < spread(by_chance));
  const auto first = train::plan_steps(examples, options);
  std::int64_t longest = 0;
  for (const auto& example : examples) longest = std::max(longest, example.length());
  CHECK(examples[first[0].micro_batches[0][0]].length() == longest);
  train::PlanOptions other = options;
  other.seed = 43;
  CHECK(train::plan_steps(examples, options)[3].micro_batches == first[3].micro_batches);
  CHECK(train::plan_steps(examples, other)[3].micro_batches != first[3].micro_batches);
  other = options;
  other.packing = true;  // rows are as long as each other already
  by_chance.packing = true;
  CHECK(train::plan_steps(examples, other)[3].micro_batches == train::plan_steps(examples, by_chance)[3].micro_batches);
}

TEST_CASE("pieces of many groups are sorted, as transformers' sampler does", "[train]") {
  const std::vector<std::int64_t> lengths = {5, 1, 4, 2, 9, 3, 8, 6, 7, 10, 11, 0};
  std::vector<std::uint32_t> order(12);
  for (std::uint32_t i = 0; i < 12; ++i) order[i] = i;
  // Twelve of groups of one: pieces of three groups. The longest, 11, changes places with the first.
  CHECK(train::grouped_by_length(lengths, order, 1) ==
        std::vector<std::uint32_t>{10, 2, 1, 4, 5, 3, 6, 8, 7, 0, 9, 11});
  CHECK(train::grouped_by_length(lengths, {3}, 4) == std::vector<std::uint32_t>{3});
}
