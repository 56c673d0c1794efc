// Clusters of duplicates against a search of all pairs.
#include <fstream>
#include <random>

#include "data/dedup/clusters.h"
#include "data/dedup/minhash.h"
#include "data/dedup/shingles.h"
#include "data/store/external_sort.h"
#include "support/catch.h"
#include "support/temporary_directory.h"

namespace llmops::data {
namespace {

// The clusters of plain texts that are stored as a corpus.
Clusters clusters_of(const std::vector<std::string>& texts, const DedupSpec& spec, int threads,
                     std::uint64_t memory = std::uint64_t{64} << 20) {
  const test::TemporaryDirectory scratch;
  std::ofstream file(scratch.path() / "raw.jsonl");
  for (const std::string& text : texts) file << dump_json({{"text", text}}) << "\n";
  file.close();
  PrepareRecipe recipe = default_prepare_recipe(scratch.path() / "raw.jsonl", {});
  recipe.dedup = spec;
  const Workplace workplace{scratch.path() / "work", memory, threads};
  Progress silent;
  const Corpus corpus = read_corpus(recipe, find_inputs(recipe), workplace, {}, silent);
  REQUIRE(corpus.total.records == texts.size());
  return find_clusters(corpus, spec, workplace, {}, silent);
}

using Numbers = std::vector<std::uint32_t>;

// Joins every pair at or above the threshold; slow and plain.
Numbers brute_force(const std::vector<std::string>& texts, const MinHashSpec& spec) {
  Numbers ids(texts.size());
  std::vector<std::vector<std::uint64_t>> sets;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    ids[i] = static_cast<std::uint32_t>(i);
    sets.push_back(shingle_set(words_of(texts[i]).hashes, spec.ngram));
  }
  for (std::size_t i = 0; i < texts.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (jaccard(sets[i], sets[j]) < spec.jaccard || ids[i] == ids[j]) continue;
      const std::uint32_t from = std::max(ids[i], ids[j]), to = std::min(ids[i], ids[j]);
      std::replace(ids.begin(), ids.end(), from, to);
    }
  }
  return ids;
}

// Texts of 40 words, most of them edited copies of earlier ones.
std::vector<std::string> edited_copies(int count, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<std::vector<int>> texts;
  for (int i = 0; i < count; ++i) {
    std::vector<int> words;
    if (i == 0 || random() % 3 == 0) {
      for (int j = 0; j < 40; ++j) words.push_back(static_cast<int>(random() % 5000));
    } else {
      words = texts[random() % texts.size()];
      for (unsigned edits = random() % 5; edits > 0; --edits)
        words[random() % words.size()] = static_cast<int>(random() % 5000);
    }
    texts.push_back(words);
  }
  std::vector<std::string> out;
  for (const auto& words : texts) {
    std::string text;
    for (const int word : words) text += (text.empty() ? "w" : " w") + std::to_string(word);
    out.push_back(text);
  }
  return out;
}

TEST_CASE("words are compared without case, punctuation and layout", "[data]") {
  CHECK(normalized_words("Hello,  WORLD!\n(it's) 5") == "hello world it s 5");
  CHECK(normalized_words("Ünï-CÖDE «ÉTÉ»") == "ünï cöde été");
  CHECK(normalized_words("日本語。テスト") == "日本語 テスト");
  CHECK(normalized_words("?!") == "?!");
  CHECK(normalized_words("").empty());
}

TEST_CASE("shingles are the distinct word runs, and Jaccard their share", "[data]") {
  CHECK(shingle_set(words_of("a b c d").hashes, 3).size() == 2);
  CHECK(shingle_set(words_of("a b a b a b").hashes, 2).size() == 2);
  CHECK(shingle_set(words_of("a b").hashes, 5).size() == 1);
  CHECK(shingle_set(words_of("").hashes, 5).empty());
  CHECK(shingle_set(words_of("a b").hashes, 2) != shingle_set(words_of("b a").hashes, 2));
  CHECK(jaccard({1, 2, 3}, {2, 3, 4}) == Approx(0.5));
  CHECK(jaccard({}, {1}) == 0);
}

TEST_CASE("clusters equal those of all pairs", "[data]") {
  DedupSpec spec;
  spec.minhash = {true, 3, 64, 3, 0.6};  // finds a pair at the threshold with probability above 1 - 1e-6
  for (const unsigned seed : {1U, 2U, 3U}) {
    const auto texts = edited_copies(300, seed);
    const auto expected = brute_force(texts, spec.minhash);
    CHECK(clusters_of(texts, spec, 1).first == expected);
    CHECK(clusters_of(texts, spec, 4).first == expected);
    std::size_t joined = 0;
    for (std::size_t i = 0; i < expected.size(); ++i) joined += expected[i] != i;
    CHECK(joined > 50);
  }
}

TEST_CASE("the share of agreeing bands follows the published curve", "[data]") {
  // Pairs at Jaccard 0.5 agree in a band of 1 row half of the time.
  const MinHasher hasher({true, 1, 512, 1, 0.5});
  std::vector<std::uint64_t> a, b;
  std::mt19937_64 random(5);
  for (int i = 0; i < 300; ++i) {
    const std::uint64_t value = random();
    if (i < 200) a.push_back(value);
    if (i >= 100) b.push_back(value);
  }
  const auto x = hasher.bands(a), y = hasher.bands(b);
  int equal = 0;
  for (std::size_t i = 0; i < x.size(); ++i) equal += x[i] == y[i];
  CHECK(equal / 512.0 == Approx(1.0 / 3).margin(0.08));
}

TEST_CASE("kinds tell first, exact and near members, and steps can be off", "[data]") {
  const std::string base = "one two three four five six seven eight nine ten";
  const std::vector<std::string> texts = {base, "something else entirely for once", base, base + " eleven"};
  DedupSpec spec;
  spec.minhash = {true, 3, 64, 3, 0.6};
  const Clusters found = clusters_of(texts, spec, 1);
  CHECK(found.first == Numbers{0, 1, 0, 0});
  CHECK(found.equal == std::vector<bool>{false, false, true, false});
  spec.minhash.enabled = false;
  CHECK(clusters_of(texts, spec, 1).first == Numbers{0, 1, 0, 3});
  spec.exact = false;
  CHECK(clusters_of(texts, spec, 1).first == Numbers{0, 1, 2, 3});
}

TEST_CASE("clusters do not depend on the memory there is", "[data]") {
  const auto texts = edited_copies(2500, 8);
  DedupSpec spec;
  spec.minhash = {true, 3, 8, 3, 0.6};
  const Clusters roomy = clusters_of(texts, spec, 2), cramped = clusters_of(texts, spec, 2, 4096);
  CHECK(roomy.first == cramped.first);
  CHECK(roomy.equal == cramped.equal);
}

TEST_CASE("more values than memory holds come back in order", "[data]") {
  const test::TemporaryDirectory scratch;
  for (const std::size_t count : {0U, 1U, 1023U, 1024U, 1025U, 20000U}) {
    std::mt19937_64 random(count);
    ExternalSorter<std::uint64_t> sorter(scratch.path(), 1);
    std::vector<std::uint64_t> expected, found;
    for (std::size_t i = 0; i < count; ++i) expected.push_back(random() % 5000);
    for (const std::uint64_t value : expected) sorter.add(value);
    sorter.drain([&](std::uint64_t value) { found.push_back(value); });
    std::sort(expected.begin(), expected.end());
    CHECK(found == expected);
  }
  CHECK(std::filesystem::is_empty(scratch.path()));
}

}  // namespace
}  // namespace llmops::data
