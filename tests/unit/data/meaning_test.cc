// Duplicates by meaning, with vectors that are known beforehand.
#include <fstream>
#include <random>
#include <sstream>

#include "core/files.h"
#include "data/dedup/clusters.h"
#include "data/dedup/meaning_search.h"
#include "data/dedup/union_find.h"
#include "support/catch.h"
#include "support/prepared_texts.h"
#include "support/temporary_directory.h"

namespace llmops::data {
namespace {

using Numbers = std::vector<std::uint32_t>;
constexpr std::uint64_t kMemory = std::uint64_t{64} << 20;

// A text of numbers is embedded as these numbers.
std::vector<std::vector<float>> embed_numbers(std::span<const std::string> texts) {
  std::vector<std::vector<float>> vectors;
  for (const std::string& text : texts) {
    std::istringstream words(text);
    std::vector<float>& vector = vectors.emplace_back();
    for (float value = 0; words >> value;) vector.push_back(value);
  }
  return vectors;
}

TextEmbedder number_embedder(int* calls = nullptr) {
  return {"numbers",
          [calls](std::span<const std::string> texts) {
            if (calls != nullptr) *calls += static_cast<int>(texts.size());
            return embed_numbers(texts);
          },
          ""};
}

class Texts {
 public:
  explicit Texts(const std::vector<std::string>& texts) {
    std::ofstream file(scratch_.path() / "raw.jsonl");
    for (const std::string& text : texts) file << dump_json({{"text", text}}) << "\n";
    file.close();
    recipe_ = default_prepare_recipe(scratch_.path() / "raw.jsonl", {});
    recipe_.pii.types = {};
    recipe_.dedup.minhash = {true, 3, 64, 3, 0.6};
    recipe_.dedup.semantic = {"any", 0.95};
  }

  Clusters clusters(const TextEmbedder& embedder, int threads = 2, std::uint64_t memory = kMemory) {
    Progress silent;
    const Workplace workplace{folder(), memory, threads};
    const Corpus corpus = read_corpus(recipe_, find_inputs(recipe_), workplace, {}, silent);
    return find_clusters(corpus, recipe_.dedup, workplace, embedder, silent);
  }

  std::filesystem::path folder() const { return scratch_.path() / "work"; }

 private:
  test::TemporaryDirectory scratch_;
  PrepareRecipe recipe_;
};

std::string numbers(const std::vector<float>& values) {
  std::string text;
  for (const float value : values) text += (text.empty() ? "" : " ") + std::to_string(value);
  return text;
}

TEST_CASE("records are joined where the cosine of their vectors says so", "[data]") {
  Texts texts({"1 0 0", "0.98 0.1 0", "0 1 0", "7 0.1 0.2", "0 0 1", "0 0.99 0.05"});
  const Clusters found = texts.clusters(number_embedder());
  CHECK(found.first == Numbers{0, 0, 2, 0, 4, 2});
  CHECK(found.near == Numbers{0, 1, 2, 3, 4, 5});
  CHECK(found.equal == std::vector<bool>(6));
}

TEST_CASE("vectors are made once for a text, a model and the steps before", "[data]") {
  Texts texts({"1 0 0", "0 1 0", "0 0 1"});
  int calls = 0;
  const Numbers first = texts.clusters(number_embedder(&calls)).first;
  CHECK(calls == 3);
  CHECK(texts.clusters(number_embedder(&calls)).first == first);
  CHECK(calls == 3);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(texts.folder())) {
    if (entry.path().extension() != ".embeddings") continue;
    std::string bytes = read_file(entry.path());
    bytes.back() ^= 1;  // damaged: made anew
    std::ofstream(entry.path()) << bytes;
  }
  CHECK(texts.clusters(number_embedder(&calls)).first == first);
  CHECK(calls == 6);
  TextEmbedder other = number_embedder(&calls);
  other.key = "another model";
  texts.clusters(other);
  CHECK(calls == 9);
}

TEST_CASE("of many records, those near by meaning are found, whatever the memory and threads", "[data]") {
  std::mt19937 random(7);
  std::normal_distribution<float> normal;
  std::vector<std::vector<float>> vectors;
  std::vector<std::string> texts;
  UnionFind planted(9000);  // of 24 dimensions, no others are as near by chance
  for (std::uint32_t i = 0; i < 9000; ++i) {
    std::vector<float> vector;
    if (i % 3 == 2) {  // near one that came before
      const auto other = static_cast<std::uint32_t>(random() % i);
      planted.join(i, other);
      vector = vectors[other];
      for (float& value : vector) value += 0.04F * normal(random);
    } else {
      for (int k = 0; k < 24; ++k) vector.push_back(normal(random));
    }
    vectors.push_back(vector);
    texts.push_back(numbers(vector));
  }
  const Numbers wanted = planted.roots();
  Texts corpus(texts);
  const Numbers found = corpus.clusters(number_embedder()).first;
  std::size_t joined = 0, missed = 0, wrong = 0;
  for (std::uint32_t i = 0; i < found.size(); ++i) {
    joined += wanted[i] != i;
    missed += found[i] != wanted[i] && found[i] == i;
    wrong += found[i] != i && wanted[found[i]] != wanted[i];
  }
  CAPTURE(joined, missed);
  CHECK(wrong == 0);
  CHECK(joined > 2000);
  CHECK(missed * 50 < joined);
  CHECK(corpus.clusters(number_embedder(), 1, 4096).first == found);
}

TEST_CASE("what is left out by meaning says so, and names the record that stays", "[data]") {
  PrepareRecipe recipe;
  recipe.name = "x";
  recipe.inputs.emplace_back();
  recipe.inputs[0].id_field = "id";
  recipe.pii.types = {};
  recipe.select.split.validation = 0;
  recipe.dedup.semantic = {"any", 0.95};
  const std::vector<Json> rows = {{{"id", "a"}, {"text", "1 0 0"}},
                                  {{"id", "b"}, {"text", "0.99 0.01 0.00001"}},
                                  {{"id", "c"}, {"text", "1 0 0"}},
                                  {{"id", "d"}, {"text", "0 1 0"}}};
  using Fates = std::map<std::string, std::string>;
  test::PreparedTexts first(recipe, rows, 1, kMemory, number_embedder());
  CHECK(first.fates() == Fates{{"a", "train"}, {"b", "semantic_duplicate"}, {"c", "exact_duplicate"}, {"d", "train"}});
  CHECK(read_file(first.write() / "rejects.jsonl")
            .find(R"("rule":"semantic_duplicate","value":"0.99 0.01 0.00001",)"
                  R"("id":"b","of":"a")") != std::string::npos);
  // A copy of what is only alike in meaning to the record that stays is no copy of that one.
  const std::vector<Json> chain = {
      {{"id", "a"}, {"text", "1 0 0"}}, {{"id", "b"}, {"text", "0.99 0.01 0"}}, {{"id", "c"}, {"text", "0.99 0.01 0"}}};
  CHECK(test::PreparedTexts(recipe, chain, 1, kMemory, number_embedder()).fates() ==
        Fates{{"a", "train"}, {"b", "semantic_duplicate"}, {"c", "semantic_duplicate"}});
  recipe.dedup.keep = Keep::kLongest;
  CHECK(test::PreparedTexts(recipe, rows, 1, kMemory, number_embedder()).fates() ==
        Fates{{"a", "semantic_duplicate"}, {"b", "train"}, {"c", "semantic_duplicate"}, {"d", "train"}});
}

}  // namespace
}  // namespace llmops::data
