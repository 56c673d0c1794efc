// Text metrics against sacrebleu and rouge_score (tests/golden/metrics), and rules those do not cover.
#include "core/json.h"
#include "eval/metrics/bleu.h"
#include "eval/metrics/chrf.h"
#include "eval/metrics/json_match.h"
#include "eval/metrics/python_text.h"
#include "eval/metrics/rouge.h"
#include "eval/metrics/statistics.h"
#include "eval/metrics/text_match.h"
#include "support/catch.h"

using namespace llmops;
using namespace llmops::eval;

namespace {

const Json& golden() {
  static const Json file = read_json_file(LLMOPS_SOURCE_DIR "/tests/golden/metrics/metrics.json");
  return file;
}

template <typename Score>
double best_of(const std::vector<std::string>& references, Score score) {
  double best = -1;
  for (const std::string& reference : references) best = std::max(best, static_cast<double>(score(reference)));
  return best;
}

void add(std::vector<double>& sums, const std::vector<double>& row) {
  sums.resize(row.size(), 0.0);
  for (std::size_t i = 0; i < row.size(); ++i) sums[i] += row[i];
}

}  // namespace

TEST_CASE("each pair scores as the reference implementations score it", "[eval]") {
  for (const Json& one : golden()["cases"]) {
    const auto output = one["output"].get<std::string>();
    const auto references = one["references"].get<std::vector<std::string>>();
    INFO(dump_json(one));
    CHECK(tokenize_13a(output) == one["tokens_13a"].get<std::vector<std::string>>());
    CHECK(bleu_score(bleu_statistics(output, references)) == Approx(one["bleu"].get<double>()).margin(1e-9));
    CHECK(chrf_score(chrf_statistics(output, references)) == Approx(one["chrf"].get<double>()).margin(1e-9));
    const auto expect = [&](const char* name, auto score) {
      INFO(name);
      CHECK(best_of(references, score) == Approx(one[name].get<double>()).margin(1e-12));
    };
    expect("rouge1", [&](const std::string& r) { return rouge_n(output, r, 1); });
    expect("rouge2", [&](const std::string& r) { return rouge_n(output, r, 2); });
    expect("rougeL", [&](const std::string& r) { return rouge_l(output, r); });
    expect("rougeLsum", [&](const std::string& r) { return rouge_lsum(output, r); });
    expect("f1", [&](const std::string& r) { return word_f1(output, r); });
    CHECK(count_split_words(output) == one["words"].get<std::size_t>());
    CHECK(python_length(output) == one["characters"].get<std::size_t>());
    CHECK(python_lower(output) == one["lower"].get<std::string>());
  }
  CHECK(golden()["cases"].size() >= 40);
}

TEST_CASE("a corpus scores as sacrebleu scores it, from summed statistics", "[eval]") {
  std::vector<double> bleu, chrf;
  for (const Json& one : golden()["cases"]) {
    const std::vector<std::string> first = {one["references"][0].get<std::string>()};
    add(bleu, bleu_statistics(one["output"].get<std::string>(), first));
    add(chrf, chrf_statistics(one["output"].get<std::string>(), first));
  }
  const Json& corpus = golden()["corpus"];
  CHECK(bleu_score(bleu) == Approx(corpus["bleu"].get<double>()).epsilon(1e-12));
  CHECK(chrf_score(chrf) == Approx(corpus["chrf"].get<double>()).epsilon(1e-12));
  CHECK(corpus["signature"].get<std::string>().starts_with(bleu_signature(1)));
}

TEST_CASE("exact match removes only what it is told to", "[eval]") {
  MatchOptions none;
  CHECK(exact_match("Paris", "Paris", none));
  CHECK_FALSE(exact_match(" Paris", "Paris", none));
  CHECK_FALSE(exact_match("paris", "Paris", none));
  MatchOptions options;
  options.ignore_case = true;
  CHECK(exact_match("ΟΔΟΣ", "οδος", options));
  CHECK_FALSE(exact_match("paris.", "Paris", options));
  options.ignore_punctuation = true;
  CHECK(exact_match("paris.", "Paris", options));
  CHECK_FALSE(exact_match("paris 2", "Paris ", options));
  options.ignore_numbers = true;
  CHECK(exact_match("paris 2", "Paris ", options));
  options.regexes_to_ignore.emplace_back("^answer: ", "test");
  CHECK(exact_match("answer: paris", "Paris", options));
}

TEST_CASE("JSON is compared as values", "[eval]") {
  CHECK(json_exact(R"( {"a": 1, "b": [1, {"x": null, "y": 2}]} )", R"({"b":[1,{"y":2,"x":null}],"a":1.0})"));
  CHECK_FALSE(json_exact(R"({"a": [1, 2]})", R"({"a": [2, 1]})"));
  CHECK_FALSE(json_exact(R"({"a": 1} trailing)", R"({"a": 1})"));
  CHECK_FALSE(json_exact("", ""));
  CHECK(json_fields(R"({"a": 1, "b": 2, "z": 0})", R"({"a": 1, "b": 3, "c": 4, "d": 5})") == 0.25);
  CHECK(json_fields("[1]", R"({"a": 1})") == 0);
  CHECK(json_fields("[1]", "[1]") == 1);
  CHECK(json_fields("{}", "{}") == 1);
  CHECK(json_fields("nonsense", R"({"a": 1})") == 0);
  CHECK(json_valid("3"));
  CHECK_FALSE(json_valid("```json\n{}\n```"));
  CHECK_FALSE(json_valid(std::string(100000, '[')));
}

TEST_CASE("standard errors are those of textbooks", "[eval]") {
  const std::vector<double> values = {1, 0, 1, 1};
  CHECK(mean_of(values) == 0.75);
  CHECK(*standard_error_of_mean(values) == Approx(0.25));
  CHECK_FALSE(standard_error_of_mean(std::vector<double>{1}).has_value());
  std::vector<std::vector<double>> rows;
  for (int i = 0; i < 200; ++i) rows.push_back({static_cast<double>(i % 2), 1});
  const auto mean = [](std::span<const double> sums) { return sums[0] / sums[1]; };
  const double error = *bootstrap_error(rows, mean);
  CHECK(error == Approx(0.5 / std::sqrt(200)).epsilon(0.08));
  CHECK(error == *bootstrap_error(rows, mean));
}
