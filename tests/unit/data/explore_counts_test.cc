// Words, sketches and distributions, with numbers known otherwise.
#include <cmath>
#include <map>
#include <random>
#include <set>

#include "core/json.h"
#include "data/explore/distinct_count.h"
#include "data/explore/length_counts.h"
#include "data/explore/log_odds.h"
#include "data/explore/reservoir.h"
#include "data/explore/scan_words.h"
#include "data/explore/text_counts.h"
#include "support/catch.h"

using namespace llmops;
using namespace llmops::data::explore;

namespace {

/// "the cat | sat": a bar at each sentence's end.
std::string scanned(std::string_view text) {
  std::string out;
  WordScanner scanner(text);
  for (auto token = scanner.next(); token != WordScanner::Token::kEnd; token = scanner.next()) {
    if (!out.empty()) out += ' ';
    out += token == WordScanner::Token::kWord ? std::string(scanner.word()) : "|";
  }
  return out;
}

Json golden() { return read_json_file(std::string(LLMOPS_SOURCE_DIR) + "/tests/golden/explore/explore.json"); }

struct Number {
  std::uint64_t value = 0;
  std::uint64_t hash() const { return value * 0x9E3779B97F4A7C15ULL >> 13; }
  bool operator==(const Number&) const = default;
};
struct Nothing {};

}  // namespace

TEST_CASE("words and sentences of many scripts", "[explore]") {
  CHECK(scanned("The cat, don't!  SAT 3.5m") == "the cat don't | sat 3 5m");
  CHECK(scanned("rock 'n' roll dogs' it\u2019s") == "rock n roll dogs it's");
  CHECK(scanned("ÉCOLE naïve Ωmega ПРИВЕТ") == "école naïve ωmega привет");
  CHECK(scanned("猫である。名前は無い") == "猫 で あ る | 名 前 は 無 い");
  CHECK(scanned("a.b e.g. \"Yes.\" x") == "a b e g | yes | x");
  CHECK(scanned("word猫word") == "word 猫 word");
  CHECK(scanned("नमस्ते। दुनिया") == "नमस्ते | दुनिया");
  CHECK(scanned("") == "");
  CHECK(scanned(" \xFF\xC3 ok \xE2") == "ok");
  CHECK(scanned("one\ntwo") == "one | two");
  CHECK(scanned("人・人") == "人 人");
  CHECK(scanned(std::string(1000, 'x')).size() == WordScanner::kLongestWord);
}

TEST_CASE("percentiles are numpy's, and rounding of long lengths is bounded", "[explore]") {
  const Json numbers = golden();
  LengthCounts counts, first, second;
  std::size_t i = 0;
  for (const auto& length : numbers["lengths"]) {
    counts.add(length.get<std::uint64_t>());
    (i++ % 3 == 0 ? first : second).add(length.get<std::uint64_t>());
  }
  first.merge(second);
  for (const auto& [p, value] : numbers["percentiles"].items()) {
    INFO(p);
    CHECK(counts.percentile(std::stod(p)) == Approx(value.get<double>()).epsilon(1e-12));
    CHECK(first.percentile(std::stod(p)) == counts.percentile(std::stod(p)));
  }
  CHECK(counts.most() == 70001);
  CHECK(first.sum() == counts.sum());
  LengthCounts large;
  large.add(123456789012345);
  CHECK(std::abs(large.percentile(50) / 123456789012345.0 - 1) < 1.0 / 65536);
  CHECK(LengthCounts().percentile(50) == 0);
  CHECK(LengthCounts().histogram().empty());
}

TEST_CASE("a histogram's bins hold each length once", "[explore]") {
  LengthCounts counts;
  for (const int length : {3, 4, 5, 9, 10, 49, 50, 199, 1000}) counts.add(static_cast<std::uint64_t>(length));
  std::vector<std::pair<std::string, std::uint64_t>> found;
  for (const auto& bin : counts.histogram()) found.emplace_back(bin.label(), bin.count);
  const decltype(found) wanted = {{"2-4", 2},     {"5-9", 2},     {"10-19", 1},   {"20-49", 1},      {"50-99", 1},
                                  {"100-199", 1}, {"200-499", 0}, {"500-999", 0}, {"1,000-1,999", 1}};
  CHECK(found == wanted);
}

TEST_CASE("frequent items are exact until there are too many, then within the bound", "[explore]") {
  FrequentItems<Number, Nothing> small(100), bounded(1000), half(1000), other(1000);
  std::map<std::uint64_t, std::uint64_t> truth;
  std::mt19937_64 random(3);
  const int additions = 200000;
  for (int i = 0; i < additions; ++i) {
    // Few are common, most are seen once.
    const double u = static_cast<double>(random() >> 11) * 0x1p-53;
    const auto value = static_cast<std::uint64_t>(std::exp(u * 11));
    ++truth[value];
    bounded.add({value});
    (i % 2 == 0 ? half : other).add({value});
    if (value < 90) small.add({value});
  }
  half.merge(other);
  for (std::uint64_t value = 1; value < 90; ++value) CHECK(small.find({value})->count == truth[value]);
  CHECK(small.error() == 0);
  for (const auto* sketch : {&bounded, &half}) {
    CHECK(sketch->size() <= 1000);
    CHECK(sketch->error() > 0);
    CHECK(sketch->error() <= 2 * additions / 1000);
    for (const auto& [value, count] : truth) {
      const auto* item = sketch->find({value});
      const std::uint64_t held = item == nullptr ? 0 : item->count;
      REQUIRE(held <= count);
      REQUIRE(count <= held + sketch->error());
    }
  }
}

TEST_CASE("distinct things are counted within the stated error", "[explore]") {
  std::mt19937_64 random(9);
  for (const std::size_t count : {0UL, 1UL, 100UL, 20000UL, 60000UL, 1000000UL}) {
    DistinctCount left, right;
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint64_t hash = random();
      left.add(hash);
      if (i % 2 == 0) right.add(hash);
    }
    left.merge(right);  // which has nothing new
    INFO(count);
    CHECK(left.estimate() == Approx(static_cast<double>(count)).epsilon(4 * DistinctCount::kStandardError));
  }
}

TEST_CASE("vocabulary, runs of words and their ends", "[explore]") {
  TextCounts counts;
  CHECK(counts.add_text("The cat sat. The cat ran") == 6);
  CHECK(counts.add_text("the cat") == 2);
  counts.finish();
  CHECK(counts.words.vocabulary() == 4);
  CHECK(counts.words.tokens() == 8);
  CHECK(counts.words.sentences(word_hash("cat")) == 3);
  const auto top = counts.words.top(2);
  CHECK((top[0].text == "cat" && top[0].count == 3 && top[1].text == "the"));
  const auto pairs = counts.pairs.top(9, counts.words);
  REQUIRE(pairs.size() == 3);  // no "sat the"
  CHECK((pairs[0].text == "the cat" && pairs[0].count == 3));
  const auto triples = counts.triples.top(9, counts.words);
  REQUIRE(triples.size() == 2);
  CHECK(triples[0].text == "the cat ran");
  CHECK(triples[1].text == "the cat sat");
}

TEST_CASE("a full vocabulary forgets rare words, not frequent ones, and says so", "[explore]") {
  TextCounts counts({64, 64});
  for (int i = 0; i < 3000; ++i) counts.add_text("common word number" + std::to_string(i));
  counts.finish();
  CHECK_FALSE(counts.words.exact());
  CHECK(counts.words.vocabulary() == Approx(3002).epsilon(0.04));
  const auto top = counts.words.top(2);
  CHECK(top[0].text == "common");
  CHECK(top[0].count + counts.words.error() >= 3000);
  CHECK(counts.pairs.top(1, counts.words)[0].text == "common word");
}

TEST_CASE("a reservoir draws every item equally often, and the same ones for a seed", "[explore]") {
  std::vector<int> drawn(20, 0);
  for (std::uint64_t seed = 0; seed < 4000; ++seed) {
    Reservoir<int> sample(5, seed);
    for (int i = 0; i < 20; ++i) sample.offer([i] { return i; });
    const std::vector<int> items = sample.take();
    REQUIRE(items.size() == 5);
    REQUIRE(std::is_sorted(items.begin(), items.end()));
    for (const int item : items) ++drawn[static_cast<std::size_t>(item)];
  }
  for (const int count : drawn) CHECK(count == Approx(1000).margin(4 * std::sqrt(1000 * 0.75)));
  Reservoir<int> few(5, 1);
  few.offer([] { return 7; });
  CHECK(few.take() == std::vector<int>{7});
}

TEST_CASE("log-odds with a prior, by hand", "[explore]") {
  TextCounts before, after;
  for (int i = 0; i < 10; ++i) before.add_text("apple bread");
  for (int i = 0; i < 30; ++i) after.add_text("apple");
  for (int i = 0; i < 10; ++i) after.add_text("cheese");
  const auto shifts = vocabulary_shift(before.words, after.words, 5, 6.0);
  // 20 and 40 tokens; apple 10 and 30: its prior is 6 * 40 / 60 = 4.
  const double odds = std::log(34.0 / (46 - 34)) - std::log(14.0 / (26 - 14));
  const auto apple =
      std::find_if(shifts.begin(), shifts.end(), [](const auto& shift) { return shift.word == "apple"; });
  REQUIRE(apple != shifts.end());
  CHECK(apple->log_odds == Approx(odds));
  CHECK(apple->z == Approx(odds / std::sqrt(1 / 14.0 + 1 / 34.0)));
  CHECK(shifts.back().word == "bread");
  CHECK(shifts.back().z < 0);
}
