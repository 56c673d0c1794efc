// Which record of a cluster stays, and what sampling, balancing, mixing, splitting and ordering choose.
#include "data/select/placement.h"

#include <random>

#include "core/error.h"
#include "core/files.h"
#include "support/catch.h"
#include "support/prepared_texts.h"

namespace llmops::data {
namespace {

PrepareRecipe recipe_with_ids() {
  PrepareRecipe recipe;
  recipe.name = "x";
  recipe.inputs.emplace_back();
  recipe.inputs[0].id_field = "id";
  recipe.inputs[0].keep = {"kind", "score"};
  recipe.select.split.validation = 0;
  return recipe;
}

// Rows whose texts share no words.
std::vector<Json> distinct_rows(int count, unsigned seed = 1) {
  std::mt19937 random(seed);
  std::vector<Json> rows;
  for (int i = 0; i < count; ++i) {
    std::string text;
    for (int j = 0; j < 12; ++j) text += "w" + std::to_string(random()) + " ";
    rows.push_back(
        {{"id", "r" + std::to_string(i)}, {"text", text}, {"kind", i % 4 == 0 ? "rare" : "common"}, {"score", i}});
  }
  return rows;
}

std::map<std::string, int> count_fates(const std::map<std::string, std::string>& fates) {
  std::map<std::string, int> counts;
  for (const auto& [id, fate] : fates) ++counts[fate];
  return counts;
}

TEST_CASE("the first, the longest or the best of a cluster stays, and the others name it", "[data]") {
  const std::string base = "one two three four five six seven eight nine ten eleven twelve";
  const std::vector<Json> rows = {
      {{"id", "first"}, {"text", base}, {"score", 1}},
      {{"id", "long"}, {"text", base + " thirteen"}, {"score", 2}},
      {{"id", "best"}, {"text", base}, {"score", 9}},
      {{"id", "other"}, {"text", "nothing of that kind is said here at all"}, {"score", 0}}};
  PrepareRecipe recipe = recipe_with_ids();
  recipe.dedup.minhash = {true, 3, 64, 3, 0.6};
  using Fates = std::map<std::string, std::string>;
  CHECK(test::PreparedTexts(recipe, rows).fates() ==
        Fates{{"first", "train"}, {"long", "near_duplicate"}, {"best", "exact_duplicate"}, {"other", "train"}});
  recipe.dedup.keep = Keep::kLongest;
  test::PreparedTexts longest(recipe, rows);
  CHECK(longest.fates() ==
        Fates{{"first", "near_duplicate"}, {"long", "train"}, {"best", "near_duplicate"}, {"other", "train"}});
  CHECK(read_file(longest.write() / "rejects.jsonl").find("\"of\":\"long\"") != std::string::npos);
  recipe.dedup.keep = Keep::kBest;
  recipe.dedup.score_field = "score";
  CHECK(test::PreparedTexts(recipe, rows).fates()["best"] == "train");
}

TEST_CASE("a sample is the same for the same seed, and a smaller one is part of a larger one", "[data]") {
  PrepareRecipe recipe = recipe_with_ids();
  recipe.select.sample.share = 0.5;
  const auto half = test::PreparedTexts(recipe, distinct_rows(400)).fates();
  recipe.select.sample.share = 0.25;
  const auto quarter = test::PreparedTexts(recipe, distinct_rows(400)).fates();
  int kept = 0;
  for (const auto& [id, fate] : quarter) {
    kept += fate == "train";
    if (fate == "train") CHECK(half.at(id) == "train");
  }
  CHECK(kept > 60);
  CHECK(kept < 140);
  recipe.select.sample = {1, 17, 3};
  CHECK(count_fates(test::PreparedTexts(recipe, distinct_rows(400)).fates())["train"] == 17);
}

TEST_CASE("balancing gives every value of a field equally many records", "[data]") {
  PrepareRecipe recipe = recipe_with_ids();
  recipe.select.balance.field = "kind";
  test::PreparedTexts balanced(recipe, distinct_rows(200));
  auto counts = count_fates(balanced.fates());
  CHECK(counts["train"] == 100);
  CHECK(counts["balance"] == 100);
  recipe.select.balance.records = 20;
  CHECK(count_fates(test::PreparedTexts(recipe, distinct_rows(200)).fates())["train"] == 40);
}

TEST_CASE("a stratified split gives each value its share, to the record", "[data]") {
  PrepareRecipe recipe = recipe_with_ids();
  recipe.select.split.test = 0.2;
  recipe.select.split.stratify = "kind";
  std::map<std::string, int> rare;
  for (const auto& [id, fate] : test::PreparedTexts(recipe, distinct_rows(200)).fates()) {
    if (std::stoi(id.substr(1)) % 4 == 0) ++rare[fate];
  }
  CHECK(rare == std::map<std::string, int>{{"train", 40}, {"test", 10}});
}

TEST_CASE("sources are mixed by the share of their words, and weights repeat or thin them", "[data]") {
  const test::TemporaryDirectory scratch;
  for (const unsigned seed : {1U, 2U}) {
    std::ofstream file(scratch.path() / ("s" + std::to_string(seed) + ".jsonl"));
    for (const Json& row : distinct_rows(200, seed)) file << dump_json({{"text", row["text"]}}) << "\n";
  }
  PrepareRecipe recipe;
  recipe.folder = scratch.path();
  recipe.inputs.resize(2);
  recipe.inputs[0].path = "s1.jsonl";
  recipe.inputs[1].path = "s2.jsonl";
  recipe.inputs[1].name = "second";
  recipe.select.split.validation = 0;
  recipe.select.mix = {{"s1.jsonl", 3}, {"second", 1}};
  const auto counts = count_fates(test::PreparedTexts(recipe, {}).fates());
  CHECK(counts.at("train") == 200 + 66);
  CHECK(counts.at("mix") == 134);
  recipe.select.mix = {{"third", 1}};
  CHECK_THROWS_WITH(test::PreparedTexts(recipe, {}), "'mix' names 'third', which no input is called");

  recipe.select.mix.clear();
  recipe.inputs[0].weight = 2.5;
  recipe.inputs[1].weight = 0.5;
  test::PreparedTexts weighed(recipe, {});
  const std::string train = read_file(weighed.write() / "train.jsonl");
  const auto lines = static_cast<std::uint64_t>(std::count(train.begin(), train.end(), '\n'));
  CHECK(lines == weighed.report.kept + weighed.report.copies);
  CHECK(weighed.report.copies > 260);
  CHECK(weighed.report.copies < 340);
  CHECK(weighed.report.dropped["not_sampled"] > 70);
  CHECK(weighed.report.dropped["not_sampled"] < 130);
}

TEST_CASE("records are written in the order the recipe asks for", "[data]") {
  PrepareRecipe recipe = recipe_with_ids();
  const auto ids = [&](OrderSpec order) {
    recipe.select.order = order;
    test::PreparedTexts texts(recipe, distinct_rows(50));
    std::vector<int> numbers;
    std::ifstream file(texts.write() / "train.jsonl");
    for (std::string line; std::getline(file, line);) {
      numbers.push_back(std::stoi(parse_json(line, "line")["id"].get<std::string>().substr(1)));
    }
    return numbers;
  };
  const std::vector<int> input = ids({"input", false, 0}), falling = ids({"score", true, 0});
  CHECK(std::is_sorted(input.begin(), input.end()));
  CHECK(std::is_sorted(falling.rbegin(), falling.rend()));
  const std::vector<int> shuffled = ids({"shuffle", false, 1});
  CHECK(shuffled != input);
  CHECK(shuffled == ids({"shuffle", false, 1}));
  CHECK(shuffled != ids({"shuffle", false, 2}));
  CHECK(std::is_permutation(shuffled.begin(), shuffled.end(), input.begin()));
}

TEST_CASE("lines seen before go, and a record of nothing else goes with them", "[data]") {
  const std::string footer = "all rights are reserved by the owner of this page";
  const std::vector<Json> rows = {{{"id", "a"}, {"text", "an article about cats and dogs\n" + footer}},
                                  {{"id", "b"}, {"text", footer + "\nanother piece on trains and ships\nshort\nshort"}},
                                  {{"id", "c"}, {"text", footer}}};
  PrepareRecipe recipe = recipe_with_ids();
  recipe.dedup.parts = "lines";
  recipe.dedup.minhash.enabled = false;
  test::PreparedTexts texts(recipe, rows);
  CHECK(texts.fates()["c"] == "duplicate_parts");
  const std::string train = read_file(texts.write() / "train.jsonl");
  CHECK(train.find("dogs\\n" + footer) != std::string::npos);
  CHECK(train.find("\"another piece on trains and ships\\nshort\\nshort\"") != std::string::npos);
}

}  // namespace
}  // namespace llmops::data
