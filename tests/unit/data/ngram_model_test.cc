// n-gram models against KenLM's scores and lmplz's estimates (tests/golden/ngram/make.py), and files that are not
// models.
#include "data/rules/ngram_model.h"

#include <cmath>
#include <fstream>
#include <limits>
#include <map>
#include <random>
#include <sstream>

#include "core/error.h"
#include "core/files.h"
#include "core/json.h"
#include "data/rules/arpa.h"
#include "data/rules/arpa_lines.h"
#include "data/rules/ngram_train.h"
#include "support/catch.h"
#include "support/error_of.h"
#include "support/temporary_directory.h"

namespace llmops::data {
namespace {

using test::TemporaryDirectory;

const std::string kGolden = std::string(LLMOPS_SOURCE_DIR) + "/tests/golden/ngram/";

/// n-gram -> {log10, backoff}, as an ARPA file has them.
std::map<std::string, std::pair<double, double>> read_entries(const fs::path& path) {
  std::map<std::string, std::pair<double, double>> entries;
  ArpaLines lines(path);
  for (std::string_view line; lines.next(line);) {
    const std::string text(line);
    const std::size_t first = text.find('\t'), last = text.rfind('\t');
    if (first == std::string::npos) continue;
    const double backoff = last == first ? 0 : std::stod(text.substr(last + 1));
    const std::size_t end = last == first ? text.size() : last;
    entries[text.substr(first + 1, end - first - 1)] = {std::stod(text.substr(0, first)), backoff};
  }
  return entries;
}

NgramEstimates train(int order, std::string_view text) {
  NgramTrainer trainer(order);
  trainer.add_text(text);
  return trainer.estimate();
}

TEST_CASE("sentences score as in KenLM, also where an n-gram's ending is missing", "[data]") {
  const Json golden = read_json_file(kGolden + "scores.json");
  for (const auto& [name, scores] : golden["models"].items()) {
    const NgramModel model = NgramModel::from_arpa(kGolden + name);
    CHECK(model.order() == 3);
    REQUIRE(scores.size() == golden["sentences"].size());
    for (std::size_t i = 0; i < scores.size(); ++i) {
      const auto sentence = golden["sentences"][i].get<std::string>();
      CAPTURE(name, sentence);
      CHECK(model.score_sentence(sentence).log10 == Approx(scores[i][0].get<double>()).margin(2e-5));
      if (sentence.empty()) continue;  // no sentence to perplexity()
      CHECK(model.perplexity(sentence) == Approx(scores[i][1].get<double>()).epsilon(5e-5));
    }
  }
}

TEST_CASE("a text's perplexity is that of its lines together, blank ones left out", "[data]") {
  const NgramModel model = NgramModel::from_arpa(kGolden + "train.arpa.gz");
  const std::string first = "the baker sold two apples", second = "nobody knows";
  const SentenceScore a = model.score_sentence(first), b = model.score_sentence(second);
  CHECK(a.words == 6);
  CHECK(b.words == 3);
  const double expected = std::pow(10.0, -(a.log10 + b.log10) / 9);
  CHECK(model.perplexity("\n" + first + "\n\n \t\r\n" + second) == Approx(expected));
  CHECK(model.perplexity(first + "\r\n" + second + "\n") == Approx(expected));
  CHECK(model.perplexity(" \n") == std::numeric_limits<double>::infinity());
}

TEST_CASE("training gives lmplz's estimates", "[data]") {
  TemporaryDirectory folder;
  const fs::path path = folder.path() / "own.arpa";
  write_arpa(train(3, read_file(kGolden + "train.txt")), path);
  const auto own = read_entries(path), reference = read_entries(kGolden + "train.arpa.gz");
  REQUIRE(reference.size() == 54 + 148 + 219);
  REQUIRE(own.size() == reference.size());
  for (const auto& [gram, weights] : reference) {
    CAPTURE(gram);
    REQUIRE(own.contains(gram));
    CHECK(own.at(gram).first == Approx(weights.first).margin(2e-6));
    CHECK(own.at(gram).second == Approx(weights.second).margin(2e-6));
  }
}

TEST_CASE("a model written and read, and one built in memory, are one", "[data]") {
  TemporaryDirectory folder;
  const std::string text = read_file(kGolden + "train.txt");
  for (int order = 1; order <= kMostTrainedOrder; ++order) {
    const NgramEstimates estimates = train(order, text);
    const fs::path path = folder.path() / "m.arpa";
    write_arpa(estimates, path);
    const NgramModel read = NgramModel::from_arpa(path), built = estimates.model();
    CAPTURE(order);
    CHECK(read.order() == order);
    CHECK(read.count(1) == estimates.words.size());
    CHECK(read.perplexity(text + "and new words") == built.perplexity(text + "and new words"));
  }
}

// A property that no reference is needed for: over the vocabulary, what follows a context has probability 1.
TEST_CASE("what a trained model predicts after any context sums to 1", "[data]") {
  const std::string text = read_file(kGolden + "train.txt");
  for (int order = 1; order <= kMostTrainedOrder; ++order) {
    const NgramEstimates estimates = train(order, text);
    const NgramModel model = estimates.model();
    for (const std::string context : {"", "the", "the old", "a child found the red", "never seen", "by the old mill"}) {
      double sum = 0;
      for (const std::string& word : estimates.words) {
        if (word == "<s>") continue;
        sum += std::pow(10.0, model.score_word(context, word));
      }
      CAPTURE(order, context);
      CHECK(sum == Approx(1).margin(1e-4));
    }
  }
}

TEST_CASE("training skips blank lines and the names of special words, and does not mind how text arrives", "[data]") {
  const NgramEstimates whole = train(3, "a b c\n\n  \na <s> d\r\n a b <unk> b\n</s>\n");
  NgramTrainer pieces(3);
  for (const char* line : {"a b c", "", "a d", "a b b"}) pieces.add_text(line);
  const NgramEstimates lines = pieces.estimate();
  CHECK(whole.words == lines.words);
  REQUIRE(whole.orders.size() == 3);
  for (std::size_t n = 0; n < 3; ++n) {
    CHECK(whole.orders[n].grams == lines.orders[n].grams);
    CHECK(whole.orders[n].log10 == lines.orders[n].log10);
  }
  CHECK_THROWS_AS(train(3, " \n"), InputError);
  CHECK_THROWS_AS(NgramTrainer(6), ConfigError);
}

std::string error_of_arpa(const std::string& text) {
  return test::error_of("x.arpa", text, [](const fs::path& path) { NgramModel::from_arpa(path); });
}

TEST_CASE("a file that is not a model is an error with its line", "[data]") {
  const std::string good = read_file(kGolden + "holes.arpa");
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    return error_of_arpa(text.replace(at, from.size(), to));
  };
  CHECK(error_of_arpa("remarks may stand here\n" + good) == "no error");
  CHECK_THAT(error_of_arpa(""), Catch::EndsWith("x.arpa:0: not an ARPA file: there is no \\data\\"));
  CHECK_THAT(with("ngram 2=10", "ngram 2=6"), Catch::EndsWith("x.arpa:26: 10 2-grams, where 6 were announced"));
  CHECK_THAT(with("ngram 2=10", "ngram 2=99999999999999"),
             Catch::EndsWith("10 2-grams, where 99999999999999 were announced"));
  CHECK_THAT(with("ngram 2=10", "ngram 9=10"), Catch::EndsWith("x.arpa:3: an order that does not follow"));
  CHECK_THAT(with("-0.6\ta b", "zero\ta b"), Catch::EndsWith("x.arpa:16: 'zero' is no number"));
  CHECK_THAT(with("-0.6\ta b", "0.6\ta b"),
             Catch::EndsWith("x.arpa:16: not a usable n-gram model: a log probability is above 0"));
  CHECK_THAT(with("-0.6\ta b", "nan\ta b"), Catch::EndsWith("a log probability is above 0"));
  CHECK_THAT(with("-0.6\ta b", "-0.6\ta z"), Catch::EndsWith("'z' is not among its words"));
  CHECK_THAT(with("-0.6\ta b", "-0.6\tb c"),
             Catch::EndsWith("x.arpa:17: not a usable n-gram model: an n-gram is there twice"));
  CHECK_THAT(with("-0.1\ta b d", "-0.1\ta c d"),
             Catch::EndsWith("the words before an n-gram's last are not an n-gram of it"));
  CHECK_THAT(with("-1.1\tc", "-1.1\tb"),
             Catch::EndsWith("x.arpa:11: not a usable n-gram model: a word is there twice"));
  CHECK_THAT(with("</s>\n-99", "e\n-99"), Catch::EndsWith("is not among its words"));
  CHECK_THAT(with("\\end\\", ""), Catch::EndsWith("the file ends without \\end\\"));
  CHECK_THAT(with("\\3-grams:", "\\4-grams:"), Catch::EndsWith("expected '\\3-grams:'"));
}

TEST_CASE("cut and damaged files are refused or score", "[data]") {
  TemporaryDirectory folder;
  const std::string plain = read_file(kGolden + "holes.arpa"), packed = read_file(kGolden + "train.arpa.gz");
  std::mt19937 random(3);
  int refused = 0;
  for (int i = 0; i < 600; ++i) {
    std::string bytes = i % 2 == 0 ? plain : packed;
    if (i % 3 == 0) bytes.resize(random() % bytes.size());
    for (int k = 0; k < 3 && !bytes.empty(); ++k) bytes[random() % bytes.size()] = static_cast<char>(random());
    const fs::path path = folder.path() / "x";
    std::ofstream(path, std::ios::binary) << bytes;  // a write to disk each would take most of the time
    try {
      NgramModel::from_arpa(path).perplexity("a b c d\n\xFF\n");
    } catch (const InputError&) {
      ++refused;
    }
  }
  CHECK(refused > 400);
  CHECK_THROWS_AS(NgramModel::from_arpa(folder.path() / "none"), NotFoundError);
  CHECK_THROWS_AS(NgramModel::from_arpa(folder.path()), InputError);
}

}  // namespace
}  // namespace llmops::data
