// Clusters of duplicates against a search of all pairs.
#include "data/dedup/dedup.h"

#include <random>

#include "data/dedup/minhash.h"
#include "data/dedup/shingles.h"
#include "support/catch.h"

namespace llmops::data {
namespace {

using Kind = Membership::Kind;

std::vector<std::size_t> cluster_ids(const std::vector<Membership>& members) {
  std::vector<std::size_t> ids;
  for (const Membership& member : members) ids.push_back(member.cluster);
  return ids;
}

// Joins every pair at or above the threshold; slow and plain.
std::vector<std::size_t> brute_force(const std::vector<std::string>& texts, const MinHashSpec& spec) {
  std::vector<std::size_t> ids(texts.size());
  std::vector<std::vector<std::uint64_t>> sets;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    ids[i] = i;
    sets.push_back(shingle_hashes(texts[i], spec.ngram));
  }
  for (std::size_t i = 0; i < texts.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (jaccard(sets[i], sets[j]) < spec.jaccard || ids[i] == ids[j]) continue;
      const std::size_t from = std::max(ids[i], ids[j]), to = std::min(ids[i], ids[j]);
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
  CHECK(shingle_hashes("a b c d", 3).size() == 2);
  CHECK(shingle_hashes("a b a b a b", 2).size() == 2);
  CHECK(shingle_hashes("a b", 5).size() == 1);
  CHECK(shingle_hashes("", 5).empty());
  CHECK(shingle_hashes("a b", 2) != shingle_hashes("b a", 2));
  CHECK(jaccard({1, 2, 3}, {2, 3, 4}) == Approx(0.5));
  CHECK(jaccard({}, {1}) == 0);
}

TEST_CASE("clusters equal those of all pairs", "[data]") {
  DedupSpec spec;
  spec.minhash = {true, 3, 64, 3, 0.6};  // finds a pair at the threshold with probability above 1 - 1e-6
  for (const unsigned seed : {1U, 2U, 3U}) {
    const auto texts = edited_copies(300, seed);
    const auto expected = brute_force(texts, spec.minhash);
    CHECK(cluster_ids(find_duplicates(texts, spec, 1)) == expected);
    CHECK(cluster_ids(find_duplicates(texts, spec, 4)) == expected);
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
  auto members = find_duplicates(texts, spec, 1);
  CHECK(cluster_ids(members) == std::vector<std::size_t>{0, 1, 0, 0});
  CHECK(members[0].kind == Kind::kFirst);
  CHECK(members[2].kind == Kind::kExact);
  CHECK(members[3].kind == Kind::kNear);
  spec.minhash.enabled = false;
  CHECK(cluster_ids(find_duplicates(texts, spec, 1)) == std::vector<std::size_t>{0, 1, 0, 3});
  spec.exact = false;
  CHECK(cluster_ids(find_duplicates(texts, spec, 1)) == std::vector<std::size_t>{0, 1, 2, 3});
  CHECK(find_duplicates({}, spec, 1).empty());
}

}  // namespace
}  // namespace llmops::data
