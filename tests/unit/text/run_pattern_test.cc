// Patterns matched as runs of characters give what PCRE2 gives, on random text; and what they leave to PCRE2.
#include "text/run_pattern.h"

#include <unicode/uchar.h>

#include <random>
#include <string>

#include "core/files.h"
#include "support/catch.h"
#include "text/regex.h"
#include "text/utf8.h"

using namespace llmops;

namespace {

// As the models' own tokenizer.json files write them.
const char* const kPublished[] = {
    // GPT-2, and the same as newer files spell it
    R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)",
    R"('(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)",
    // Llama 3
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
    // Qwen2
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
    // GPT-4o, Llama 4
    R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
    // Mistral's tekken
    R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
    // DeepSeek V3, its three steps
    R"(\p{N}{1,3})",
    R"([一-龥぀-ゟ゠-ヿ]+)",
    R"([!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
    // the rules Digits and Punctuation
    R"(\p{N})",
    R"([!-/:-@\[-`{-~]|\p{P})",
};

// What the pieces of published patterns may be combined to.
const char* const kOthers[] = {
    R"(a+ab|b{2,4}c?|\s)",
    R"([^\S\n]+|\n)",
    R"(a*b+|[ac]?c)",
    R"([ab]*[bc]+(?!c)|.)",
    R"(\p{L}++\p{N}|\p{L})",
    R"((?i:k|ss)?a|\S)",
    R"(x{3}|x)",
    R"([\x{41}-\x{5a}]+)",
    R"(\P{L}+)",
    R"([^\P{L}a-c]+|[a-c])",
    R"(\d{2}|\D)",
    R"((?:ab|a)b?c)",
    R"([-a]+|[b-]+)",
    R"( ?\p{M}?[^\s]+)",
};

// PCRE2's tables are older than ICU's.
bool known_to_both(char32_t c) {
  UVersionInfo age;
  u_charAge(static_cast<UChar32>(c), age);
  return age[0] <= 13 && (c < 0xD800 || c >= 0xE000);
}

// Text of the characters that patterns tell apart; ends and repetitions are frequent.
std::string random_text(std::mt19937& random) {
  static const char* const kPieces[] = {
      " ",    " ",      "  ",      "\n",     "\r\n",   "\t",     "a",      "b",      "c",      "ab", "A", "BC", "x",
      "k",    "'s",     "'LL",     "'",      "1",      "23",     "4567",   ".",      "--",     "/",  "é", "É",  "ſ",
      "'ſ",   "\u212A", "e\u0301", "\u0301", "漢字",   "ひら",   "カ",     "٣",      "½",      "Ⅷ",  "ǅ", "ʰ",  "🙂",
      "👍🏽", "\u00A0", "\u3000",  "\u0085", "\u180E", "\u200B", "\u200D", "\u2028", "\uFEFF", "_",  "€", "ß",  "İ"};
  std::string text;
  for (std::size_t count = random() % 24; count > 0; --count) {
    if (random() % 12 == 0) {
      auto c = static_cast<char32_t>(random() % (random() % 2 == 0 ? 0x3000 : 0x30000));
      if (!known_to_both(c)) c = 'z';
      text::append_utf8(text, c);
    } else {
      text += kPieces[random() % std::size(kPieces)];
    }
  }
  if (random() % 8 == 0) text.insert(random() % (text.size() + 1), "\xE6\x9D");  // not UTF-8
  return text;
}

using Pairs = std::vector<std::pair<std::size_t, std::size_t>>;

Pairs matches_of(const text::Regex& regex, const std::string& text) {
  std::vector<text::Range> matches;
  regex.find_all(text, matches);
  Pairs pairs;
  for (const text::Range& match : matches) pairs.emplace_back(match.begin, match.end);
  return pairs;
}

void check_equal(const std::string& pattern, int rounds) {
  CAPTURE(pattern);
  const text::Regex runs(pattern, "runs");
  const text::Regex general(pattern, "general", text::Regex::Engine::kPcre2);
  std::mt19937 random(5);
  for (int round = 0; round < rounds; ++round) {
    const std::string text = random_text(random);
    CAPTURE(text);
    REQUIRE(matches_of(runs, text) == matches_of(general, text));
  }
}

}  // namespace

TEST_CASE("published patterns match the same as runs and by PCRE2", "[text]") {
  for (const char* pattern : kPublished) {
    CAPTURE(pattern);
    CHECK(text::RunPattern::parse(pattern));
    check_equal(pattern, 6000);
  }
}

TEST_CASE("other patterns match the same, whichever engine takes them", "[text]") {
  int taken = 0;
  for (const char* pattern : kOthers) {
    taken += text::RunPattern::parse(pattern).has_value();
    check_equal(pattern, 1500);
  }
  CHECK(taken >= 10);
}

TEST_CASE("published patterns match the same on real text", "[text]") {
  const std::string text = read_file(std::string(LLMOPS_SOURCE_DIR) + "/tests/unit/text/run_pattern_test.cc") +
                           read_file(std::string(LLMOPS_SOURCE_DIR) + "/tests/golden/tokenizers/byte_level/cases.json");
  for (const char* pattern : kPublished) {
    CAPTURE(pattern);
    CHECK(matches_of({pattern, ""}, text) == matches_of({pattern, "", text::Regex::Engine::kPcre2}, text));
  }
}

TEST_CASE("what is not certain is left to PCRE2", "[text]") {
  for (const char* pattern :
       {"",        "a|",     "a*",       "(?!a)",   "^a",     "a$",           "a.b",     "(a)b",
        "(?<=a)b", "a*?",    "a+?",      "\\bword", "(?=a)b", "[[:alpha:]]+", "[a&&b]",  "\\p{Han}+",
        "\\w+",    "a{2}+",  "[z-a]",    "[a",      "(a",     "a)",           "\\1",     "[\\w]",
        "a+a+a+b", "(?i:é)", "(?i:[a])", "(?:a|)b", "a{0}",   "(?:ab)+",      "\\p{Lx}", "\xFF"}) {
    CAPTURE(pattern);
    CHECK_FALSE(text::RunPattern::parse(pattern));
  }
}

TEST_CASE("runs take linear time", "[text]") {
  const std::string spaces(400'000, ' ');
  const std::string capitals(400'000, 'A');
  for (const char* pattern : kPublished) {
    std::vector<text::Range> matches;
    text::Regex(pattern, "").find_all(spaces + "x" + capitals, matches);
    CHECK(matches.size() < 20);
  }
}
