// fastText models against the reference's predictions (tests/golden/language/make.py), and files that are not models.
#include "data/rules/fasttext_model.h"

#include <fstream>
#include <random>
#include <sstream>
#include <thread>

#include "core/error.h"
#include "core/files.h"
#include "core/json.h"
#include "support/catch.h"
#include "support/temporary_directory.h"

namespace llmops::data {
namespace {

using test::TemporaryDirectory;

const std::string kGolden = std::string(LLMOPS_SOURCE_DIR) + "/tests/golden/language/";

std::vector<std::string> golden_texts(const Json& expected) {
  std::vector<std::string> texts;
  std::istringstream rows(read_file(kGolden + "sentences.tsv"));
  for (std::string row; std::getline(rows, row);) texts.push_back(row.substr(row.find('\t') + 1));
  for (const Json& text : expected["nasty"]) texts.push_back(text.get<std::string>());
  return texts;
}

void check_model(const std::string& name) {
  const Json expected = read_json_file(kGolden + "expected.json");
  const std::vector<std::string> texts = golden_texts(expected);
  const Json& answers = expected["models"][name];
  const FastTextModel model(kGolden + name);
  REQUIRE(answers.size() == texts.size());
  REQUIRE(texts.size() > 90);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    CAPTURE(name, texts[i]);
    const auto best = model.classify(texts[i]);
    REQUIRE(best.has_value());
    CHECK(model.labels()[best->label] == answers[i][0].get<std::string>());
    CHECK(best->score == Approx(answers[i][1].get<double>()).margin(1e-4));
  }
}

TEST_CASE("a .bin with hierarchical softmax, parts of words and runs of words gives fastText's answers", "[data]") {
  check_model("hs.bin");
}

TEST_CASE("a .bin with independent labels and no parts of words gives fastText's answers", "[data]") {
  check_model("ova.bin");
}

TEST_CASE("a quantized and pruned .ftz with softmax gives fastText's answers", "[data]") { check_model("softmax.ftz"); }

TEST_CASE("an answer depends neither on what the thread read before nor on line feeds", "[data]") {
  const FastTextModel model(kGolden + "softmax.ftz"), other(kGolden + "hs.bin");
  const std::string text = "nobody knows why the train is late , nobody knows";
  std::optional<FastTextModel::Best> fresh;
  std::thread([&] { fresh = model.classify(text); }).join();
  std::string many_words;
  for (int i = 0; i < 30000; ++i) many_words += "w" + std::to_string(i) + " ";
  model.classify(many_words);
  other.classify(text);
  const auto again = model.classify(text);
  REQUIRE((fresh.has_value() && again.has_value()));
  CHECK(fresh->score == again->score);
  CHECK(model.classify("nobody knows why\nthe train is late , \r\n nobody\tknows\n")->score == fresh->score);
  CHECK(model.classify("nobody knows why")->score != fresh->score);
}

TEST_CASE("a file that is no classifier is an error that says so", "[data]") {
  TemporaryDirectory folder;
  const fs::path path = folder.path() / "x.bin";
  write_file_atomic(path, "not a model");
  CHECK_THROWS_WITH(FastTextModel(path), path.string() + ": not a usable fastText model: it does not begin as one");
  write_file_atomic(path, "");
  CHECK_THROWS_AS(FastTextModel(path), InputError);
  CHECK_THROWS_AS(FastTextModel(folder.path() / "none.bin"), NotFoundError);
  std::string vectors = read_file(kGolden + "hs.bin");
  vectors[8 + 7 * 4] = 1;  // the kind of model
  write_file_atomic(path, vectors);
  CHECK_THROWS_WITH(FastTextModel(path),
                    path.string() + ": not a usable fastText model: it has word vectors only, no labels");
}

// Whatever a file says, reading and asking it ends in an answer or an InputError. Memory errors are the sanitizers' to
// find, as this test runs under them too.
TEST_CASE("cut and damaged models are refused or answer", "[data]") {
  TemporaryDirectory folder;
  const fs::path path = folder.path() / "damaged";
  std::mt19937 random(11);
  int refused = 0, answered = 0;
  const auto probe = [&](const std::string& bytes) {
    std::ofstream(path, std::ios::binary) << bytes;  // a write to disk each would take most of the time
    try {
      const FastTextModel model(path);
      model.classify("the late train, Größe 日本語 \xFF\xC3 word");
      ++answered;
    } catch (const InputError&) {
      ++refused;
    }
  };
  for (const char* name : {"hs.bin", "softmax.ftz", "ova.bin"}) {
    const std::string whole = read_file(kGolden + name);
    for (int i = 0; i < 60; ++i) probe(whole.substr(0, random() % whole.size()));
    CHECK(refused >= 60);
    for (int i = 0; i < 200; ++i) {
      std::string bytes = whole;
      // Half in the settings and the sizes, half anywhere.
      const std::size_t reach = i % 2 == 0 ? 100 : bytes.size();
      for (int k = 0; k < 3; ++k) bytes[random() % reach] = static_cast<char>(i % 3 == 0 ? 0xFF : random());
      probe(bytes);
    }
  }
  CHECK(answered > 20);
}

}  // namespace
}  // namespace llmops::data
