// Which language a text is in, by both kinds of model, and what a recipe keeps of it.
#include "data/rules/language.h"

#include <map>
#include <sstream>

#include "config/yaml_reader.h"
#include "core/error.h"
#include "core/files.h"
#include "data/rules/language_code.h"
#include "support/catch.h"
#include "support/sample_data.h"

namespace llmops::data {
namespace {

const std::string kGolden = std::string(LLMOPS_SOURCE_DIR) + "/tests/golden/language/";
const fs::path kLid = test::sample_data() / "langid/lid.176.ftz";

// Sentences of the golden file, joined by language: {"en": "The library ..."}.
std::map<std::string, std::string> texts_by_language() {
  std::map<std::string, std::string> texts;
  std::istringstream rows(read_file(kGolden + "sentences.tsv"));
  for (std::string row; std::getline(rows, row);) texts[row.substr(0, 2)] += row.substr(3) + "\n";
  return texts;
}

TEST_CASE("cld2 names the language of a paragraph in 38 languages", "[data]") {
  const LanguageIdentifier cld2;
  int sure = 0;
  for (const auto& [code, text] : texts_by_language()) {
    CAPTURE(code, text);
    const LanguageGuess guess = cld2.identify(text);
    CHECK(guess.code == code);
    CHECK((guess.score >= 0 && guess.score <= 1));
    sure += guess.score > 0.65;
  }
  CHECK(sure >= 36);
}

TEST_CASE("lid.176 names the language of every sentence that it can tell", "[data]") {
  if (!fs::exists(kLid)) {
    WARN("skipped: " << kLid << " is not here");
    return;
  }
  const LanguageIdentifier model(kLid.string());
  std::istringstream rows(read_file(kGolden + "sentences.tsv"));
  int right = 0, all = 0;
  for (std::string row; std::getline(rows, row); ++all) right += model.identify(row.substr(3)).code == row.substr(0, 2);
  CHECK(all >= 80);
  CHECK(right >= all - 1);  // it takes one Bulgarian sentence for Russian
  // From fastText's own predict.
  const LanguageGuess english =
      model.identify("She planted two apple trees behind the house and waited years for the first fruit.");
  CHECK(english.score == Approx(0.926078).margin(1e-4));
}

TEST_CASE("text without words is undetermined, or unsure", "[data]") {
  const LanguageIdentifier cld2, model("softmax.ftz", kGolden);
  for (const char* text : {"", " \n", "12 34 +-*/", "\xFF\xFE broken", "ok"}) {
    CAPTURE(text);
    CHECK(cld2.identify(text).score < 0.65);
  }
  CHECK(cld2.identify("").code == kUndetermined);
  CHECK(model.identify("\xFF\xFE the library opens at nine").code == kUndetermined);
}

TEST_CASE("a language has one code, whoever names it", "[data]") {
  for (const auto& [tag, code] : std::map<std::string, std::string>{{"en", "en"},
                                                                    {"eng", "en"},
                                                                    {"eng_Latn", "en"},
                                                                    {"EN-gb", "en"},
                                                                    {"zh-Hant", "zh"},
                                                                    {"iw", "he"},
                                                                    {"deu", "de"},
                                                                    {"ceb", "ceb"},
                                                                    {"als", "als"},
                                                                    {"", ""},
                                                                    {"x", "x"}}) {
    CHECK(language_code(tag) == code);
  }
}

TEST_CASE("what is kept is by language and score", "[data]") {
  LanguageSpec spec;
  spec.keep = {"eng", "de"};
  const LanguageRule rule(spec, "");
  CHECK(rule.broken({"en", 0.65}).empty());
  CHECK(rule.broken({"de", 0.64}) == "language_score");
  CHECK(rule.broken({"fr", 0.99}) == "language");
  CHECK(rule.broken({"und", 0}) == "language");
  CHECK(LanguageRule(LanguageSpec{}, "").broken({"fr", 0.1}).empty());
}

TEST_CASE("a language or a model that is not there is an error", "[data]") {
  LanguageSpec spec;
  spec.keep = {"englisch"};
  CHECK_THROWS_WITH(LanguageRule(spec, ""), "'cld2' knows no language 'englisch', so 'keep' would take nothing of it");
  spec.keep = {"xh"};
  spec.model = "softmax.ftz";
  CHECK_THROWS_AS(LanguageRule(spec, kGolden), ConfigError);
  spec.model = "none.ftz";
  CHECK_THROWS_AS(LanguageRule(spec, kGolden), NotFoundError);
}

TEST_CASE("the recipe's section is read and checked", "[data]") {
  auto document =
      config::YamlDocument::from_text("language: {keep: [en, fr], min_score: 0.8, model: lid.ftz}", "r.yaml");
  LanguageSpec spec;
  read_language(document.root().object("language"), spec);
  document.finish();
  CHECK(spec.keep == std::vector<std::string>{"en", "fr"});
  CHECK(dump_json(language_json(spec)) == R"({"keep":["en","fr"],"min_score":0.8,"model":"lid.ftz"})");
  auto wrong = config::YamlDocument::from_text("language: {min_score: 2}", "r.yaml");
  read_language(wrong.root().object("language"), spec);
  CHECK_THROWS_AS(wrong.finish(), ConfigError);
}

}  // namespace
}  // namespace llmops::data
