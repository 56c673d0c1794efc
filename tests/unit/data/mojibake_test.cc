// Repair of mojibake: against ftfy on lines written for it (tests/golden/mojibake/make.py), and text broken here.
#include "data/clean/mojibake.h"

#include <algorithm>
#include <random>
#include <sstream>

#include "core/files.h"
#include "core/json.h"
#include "data/clean/mojibake_sequence.h"
#include "support/catch.h"
#include "support/sample_data.h"
#include "text/utf8.h"

namespace llmops::data {
namespace {

const std::string kGolden = std::string(LLMOPS_SOURCE_DIR) + "/tests/golden/";
const fs::path kData = test::sample_data();

/// The bytes of the text read as Windows-1252, or as Latin-1.
std::string misread(std::string_view text, bool latin_1) {
  std::string broken;
  for (const char c : text) {
    const unsigned byte = static_cast<unsigned char>(c);
    text::append_utf8(broken, latin_1 || byte < 0x80 || byte > 0x9F ? byte : windows_1252_character(byte));
  }
  return broken;
}

std::vector<std::string> sentences() {
  std::vector<std::string> lines;
  std::istringstream rows(read_file(kGolden + "language/sentences.tsv"));
  for (std::string row; std::getline(rows, row);) lines.push_back(row.substr(3));
  return lines;
}

TEST_CASE("lines are repaired, and correct ones left, as ftfy does", "[data]") {
  const Json golden = read_json_file(kGolden + "mojibake/lines.json");
  REQUIRE(golden["same"].size() > 45);
  for (const char* group : {"same", "own"}) {
    for (const Json& each : golden[group]) {
      const auto text = each[0].get<std::string>();
      CAPTURE(group, text);
      CHECK(fix_mojibake(text) == each[1].get<std::string>());
    }
  }
}

TEST_CASE("sentences of 38 languages stand as they are, and come back from any misreading", "[data]") {
  for (const std::string& sentence : sentences()) {
    CAPTURE(sentence);
    CHECK(fix_mojibake(sentence) == sentence);
    std::string once[2];
    for (const bool latin_1 : {false, true}) {
      once[latin_1] = misread(sentence, latin_1);
      CHECK(fix_mojibake(once[latin_1]) == sentence);
      for (const bool then_latin_1 : {false, true})
        CHECK(fix_mojibake(misread(once[latin_1], then_latin_1)) == sentence);
    }
    CHECK(fix_mojibake(misread(misread(once[0], false), false)) == sentence);
  }
}

TEST_CASE("lines are repaired apart from each other", "[data]") {
  CHECK(fix_mojibake("Ãœber\nAMANHÃ”\n\ncafÃ©\r\nx") == "Über\nAMANHÃ”\n\ncafé\r\nx");
  CHECK(fix_mojibake("cafÃ©\n") == "café\n");
  CHECK(fix_mojibake("\n\nÃ") == "\n\nÃ");
}

TEST_CASE("repaired text is repaired", "[data]") {
  const Json golden = read_json_file(kGolden + "mojibake/lines.json");
  for (const Json& each : golden["same"]) {
    const auto text = each[1].get<std::string>();
    CHECK(fix_mojibake(text) == text);
  }
}

TEST_CASE("text without a lead character is told at once", "[data]") {
  CHECK_FALSE(may_have_mojibake("plain, “quoted”, 日本語, привет, « oui »"));
  CHECK_FALSE(may_have_mojibake("voilà déjà café naïve Ürümqi"));
  CHECK(may_have_mojibake("cafÃ©"));
  CHECK(may_have_mojibake("don\u0092t"));
}

// A line without an end, many megabytes long, in pieces; and lines that are nothing but suspects.
TEST_CASE("a huge line and many controls are repaired in linear time", "[data]") {
  std::string broken, whole;
  while (broken.size() < 5'000'000) {
    broken += "cafÃ© itâ€™s ";
    whole += "café it’s ";
  }
  CHECK((fix_mojibake(broken) == whole));
  std::string lines, fixed;
  for (int i = 0; i < 200'000; ++i) {
    lines += "don\u0092t\n";
    fixed += "don’t\n";
  }
  CHECK((fix_mojibake(lines + "Ã©") == fixed + "é"));
}

TEST_CASE("whatever goes in, valid text comes out, and nothing plain is lost", "[data]") {
  std::mt19937 random(9);
  const std::vector<std::string> pieces{"Ã",      "Â",      "â", "€",  "™", "Å",  "ð",      "Ÿ",         "\u0098",
                                        "\u0080", "\u00A0", " ", "a",  "Z", "\n", "É",      "”",         "ß",
                                        "Ð",      "¸",      "é", "日", "©", "Ƀ",  "\u0085", "\U0001F600"};
  for (int i = 0; i < 20000; ++i) {
    std::string text;
    for (unsigned k = random() % 12; k > 0; --k) text += pieces[random() % pieces.size()];
    const std::string fixed = fix_mojibake(text);
    CAPTURE(text);
    CHECK(text::utf8_valid(fixed));
    const auto plain = [](const std::string& s) {
      return std::count_if(s.begin(), s.end(), [](char c) { return c == 'a' || c == 'Z' || c == '\n'; });
    };
    CHECK(plain(fixed) == plain(text));
  }
}

TEST_CASE("published text stays as it is", "[data]") {
  int checked = 0;
  for (const char* name : {"text/wiki_demo.txt", "text/wagahaiwa_nekodearu.txt", "text/botchan.txt",
                           "text/tinyshakespeare.txt", "wikitext-2/valid.txt", "wikitext-2/test.txt"}) {
    if (!fs::exists(kData / name)) continue;
    const std::string text = read_file(kData / name);
    CAPTURE(name);
    CHECK((fix_mojibake(text) == text));
    ++checked;
  }
  if (checked == 0) WARN("skipped: " << kData << " is not here");
}

}  // namespace
}  // namespace llmops::data
