// Evaluation texts are found in training texts by the runs of words they share.
#include "data/rules/decontaminate.h"

#include <fstream>

#include "core/error.h"
#include "support/catch.h"
#include "support/temporary_directory.h"

namespace llmops::data {
namespace {

constexpr const char* kQuestion =
    "A farmer has seventeen sheep and all but nine of them run away in the night; how many sheep are left?";

struct Evaluation {
  test::TemporaryDirectory folder;
  DecontaminateSpec spec;

  explicit Evaluation(const std::string& lines) {
    std::ofstream(folder.path() / "eval.jsonl") << lines;
    spec.against = {"eval.jsonl"};
  }
  ContaminationIndex index() const { return ContaminationIndex(spec, folder.path()); }
};

std::string row(const std::string& question) {
  return dump_json({{"question", question}, {"meta", {{"n", 1}}}}) + "\n";
}

TEST_CASE("thirteen words in a row are found whatever their case and punctuation, twelve are not", "[data]") {
  const Evaluation evaluation(row("too short") + row(kQuestion));
  const ContaminationIndex index = evaluation.index();
  CHECK(index.texts() == 1);
  CHECK(index.too_short() == 1);
  const auto found =
      index.find(words_of("He said: A FARMER has seventeen sheep, and all but nine of them run away. In the end"));
  REQUIRE(found.has_value());
  CHECK(found->where == "eval.jsonl:2");
  CHECK(found->ngram == 13);
  CHECK(found->words == "a farmer has seventeen sheep and all but nine of them run away");
  CHECK_FALSE(index.find(words_of("a farmer has seventeen sheep and all but nine of them run far")).has_value());
  CHECK_FALSE(index.find(words_of("")).has_value());
}

TEST_CASE("shorter runs need a share of the evaluation text", "[data]") {
  Evaluation evaluation(row("what is the capital city of the republic of france") + row(kQuestion));
  evaluation.spec.ngrams = {13, 8};
  const ContaminationIndex index = evaluation.index();
  CHECK(index.texts() == 2);
  const auto found = index.find(words_of("Trivia: what is the capital city of the republic of France? Paris."));
  REQUIRE(found.has_value());
  CHECK(found->where == "eval.jsonl:1");
  CHECK(found->ngram == 8);
  CHECK_FALSE(index.find(words_of("a farmer has seventeen sheep and all but ten of them stayed")).has_value());
}

TEST_CASE("an index that holds nothing is an error, not a pass", "[data]") {
  CHECK_THROWS_WITH(Evaluation(row("too short") + "broken\n").index(),
                    "nothing to decontaminate against: none of 1 evaluation texts has 13 words");
  Evaluation gone("");
  gone.spec.against = {"absent.jsonl"};
  CHECK_THROWS_AS(gone.index(), NotFoundError);
}

}  // namespace
}  // namespace llmops::data
