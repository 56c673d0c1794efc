// The published quality rules, held to datatrove's filters.
#include "data/rules/quality.h"

#include <cstdio>
#include <ctime>
#include <fstream>

#include "core/files.h"
#include "data/rules/ngrams.h"
#include "support/catch.h"
#include "support/sample_data.h"
#include "text/utf8.h"

namespace llmops::data {
namespace {

const fs::path kGolden = fs::path(LLMOPS_SOURCE_DIR) / "tests/golden/quality/quality.json";
const fs::path kText = test::sample_data() / "text";

using enum RuleSet;

QualityRules rules_of(std::vector<RuleSet> rules, QualitySpec spec = {}) {
  spec.rules = std::move(rules);
  return QualityRules(spec);
}

// What make.py says often is one character of the private use area.
std::string unpack(const std::string& packed, const Json& phrases) {
  std::string out;
  for (std::size_t at = 0; at < packed.size();) {
    const text::Utf8Step step = text::utf8_step(packed, at);
    const bool phrase = step.code_point >= 0xE000 && step.code_point < 0xE000 + phrases.size();
    out += phrase ? phrases[step.code_point - 0xE000].get<std::string>() : packed.substr(at, step.length);
    at += step.length;
  }
  return out;
}

TEST_CASE("decisions, kept lines and runs of words are datatrove's", "[data]") {
  const Json golden = read_json_file(kGolden);
  const QualityRules sets[] = {rules_of({kGopherQuality}), rules_of({kGopherRepetition}), rules_of({kC4}),
                               rules_of({kFineWeb}), rules_of({kGopherQuality, kGopherRepetition, kC4, kFineWeb})};
  for (const Json& row : golden["texts"]) {
    const std::string text = unpack(row[0], golden["phrases"]);
    CAPTURE(text);
    for (std::size_t i = 0; i < std::size(sets); ++i) {
      CAPTURE(i);
      CHECK(sets[i].broken_rule(text) == golden["names"][row[1][i].get<std::size_t>()]);
    }
    const NgramChars ngrams = count_ngrams(split_words(text));
    for (int n = 2; n <= kLongestNgram; ++n) {
      CAPTURE(n);
      CHECK((n <= 4 ? ngrams.top[n] : ngrams.duplicate[n]) == row[2][n - 2]);
    }
    std::string left = text;
    if (!sets[2].apply(left).empty()) continue;
    CHECK(left == (row.size() > 3 ? unpack(row[3], golden["phrases"]) : text));
    CHECK(sets[2].kept_lines(text) == left);
  }
}

TEST_CASE("every rule is met by a golden text", "[data]") {
  const Json golden = read_json_file(kGolden);
  std::vector<bool> met(golden["names"].size());
  for (const Json& row : golden["texts"]) {
    for (const Json& name : row[1]) met[name.get<std::size_t>()] = true;
  }
  CHECK(std::count(met.begin(), met.end(), true) == static_cast<std::ptrdiff_t>(met.size()));
}

TEST_CASE("rules run in the recipe's order, and behind c4 on what it left", "[data]") {
  const std::string prose =
      "The old mill stands by the bend of the river.\nIt has not turned for thirty years now.\n"
      "Nobody in the village knows who owns it.\nThe roof fell in during the last great storm.\n"
      "Birds live there in the spring and summer.\n";
  const std::string text = prose + "Menu\nHome\nAbout\nMenu\nHome\nAbout\nMenu\nHome\nAbout\nMenu\n";
  CHECK(rules_of({kFineWeb, kC4}).broken_rule(text) == "fineweb_duplicate_chars");
  CHECK(rules_of({kC4, kFineWeb}).broken_rule(text).empty());
  std::string left = text;
  CHECK(rules_of({kC4, kFineWeb}).apply(left).empty());
  CHECK(left + "\n" == prose);
  CHECK(rules_of({kFineWeb}).kept_lines(text) == text);
  CHECK(QualityRules({}).broken_rule("").empty());
}

TEST_CASE("a threshold of 0 is off, another one moves the bound", "[data]") {
  QualitySpec spec;
  spec.gopher_quality.min_stop_words = 0;
  spec.gopher_quality.min_words = 4;
  CHECK(rules_of({kGopherQuality}, spec).broken_rule("three words here").starts_with("gopher_words"));
  CHECK(rules_of({kGopherQuality}, spec).broken_rule("now four words here").empty());
  spec.gopher_quality.min_words = 0;
  CHECK(rules_of({kGopherQuality}, spec).broken_rule("three words here").empty());
  spec.c4.min_sentences = 1;
  CHECK(rules_of({kC4}, spec).broken_rule("This is one sentence.").empty());
}

TEST_CASE("hostile texts end in a decision", "[data]") {
  const QualityRules all = rules_of({kGopherQuality, kGopherRepetition, kC4, kFineWeb});
  std::string bytes;
  for (int i = 0; i < 4096; ++i) bytes += static_cast<char>(i * 37);
  const std::string texts[] = {"",
                               std::string(1 << 20, '('),
                               std::string(1 << 20, '.'),
                               std::string(1 << 20, '\n'),
                               std::string(1 << 20, '['),
                               std::string(1 << 20, '\''),
                               std::string(1 << 20, '\xE2'),
                               std::string(1 << 20, '\0'),
                               bytes};
  for (const std::string& text : texts) CHECK_FALSE(all.broken_rule(text).empty());
}

TEST_CASE("the recipe's rules are names or mappings, and are written back whole", "[data]") {
  auto document = config::YamlDocument::from_text(
      "rules:\n  - c4\n  - gopher_quality: {min_words: 20, stop_words: [le, la]}\n  - fineweb: {max_newlines: 0}\n",
      "r.yaml");
  auto root = document.root();
  QualitySpec spec;
  read_quality(root, spec);
  document.finish();
  CHECK(spec.rules == std::vector<RuleSet>{kC4, kGopherQuality, kFineWeb});
  CHECK(spec.gopher_quality.min_words == 20);
  CHECK(spec.gopher_quality.stop_words == std::vector<std::string>{"le", "la"});
  CHECK(spec.gopher_quality.max_words == 100000);
  const Json json = quality_json(spec);
  CHECK(json[1]["gopher_quality"]["min_words"] == 20);
  CHECK(json[2]["fineweb"]["min_punctuation"] == 0.12);

  auto again = config::YamlDocument::from_text("rules: " + dump_json(json), "again");
  auto again_root = again.root();
  QualitySpec copy;
  read_quality(again_root, copy);
  again.finish();
  CHECK(quality_json(copy) == json);
}

TEST_CASE("mistakes in the rules are named with their lines", "[data]") {
  auto document = config::YamlDocument::from_text(
      "rules:\n  - gopher_qualty\n  - c4: {min_sentence: 3}\n  - c4\n  - fineweb:\n      max_newlines: -1\n  - [c4]\n",
      "r.yaml");
  auto root = document.root();
  QualitySpec spec;
  read_quality(root, spec);
  CHECK_THROWS_WITH(document.finish(),
                    Catch::Contains("'rules' has unknown rules 'gopher_qualty'") &&
                        Catch::Contains("r.yaml:3: unknown key 'rules.1.c4.min_sentence'") &&
                        Catch::Contains("'rules' has 'c4' twice") &&
                        Catch::Contains("r.yaml:6: 'rules.3.fineweb.max_newlines' is negative") &&
                        Catch::Contains("r.yaml:7: 'rules.4' is not a name or one name with a mapping"));
}

TEST_CASE("how fast the rules are", "[.][quality_speed]") {
  if (!fs::exists(kText)) return;
  std::ifstream file(kText / "c4_demo.jsonl");
  std::vector<std::string> texts;
  std::size_t bytes = 0;
  for (std::string line; std::getline(file, line);) {
    texts.push_back(parse_json(line, "c4")["text"]);
    bytes += texts.back().size();
  }
  const std::pair<const char*, QualityRules> sets[] = {
      {"gopher_quality", rules_of({kGopherQuality})},
      {"gopher_repetition", rules_of({kGopherRepetition})},
      {"c4", rules_of({kC4})},
      {"fineweb", rules_of({kFineWeb})},
      {"all", rules_of({kGopherQuality, kGopherRepetition, kC4, kFineWeb})}};
  for (const auto& [name, rules] : sets) {
    constexpr int kRounds = 40;
    const std::clock_t begin = std::clock();
    std::size_t kept = 0;
    for (int i = 0; i < kRounds; ++i) {
      for (const std::string& text : texts) kept += rules.broken_rule(text).empty();
    }
    const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
    std::printf("%-18s %6.1f MB/s, kept %zu of %zu\n", name, static_cast<double>(bytes) * kRounds / seconds / 1e6,
                kept / kRounds, texts.size());
  }
}

}  // namespace
}  // namespace llmops::data
