// Regular expressions, compared with PCRE2 on random patterns and texts.
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "core/error.h"
#include "support/catch.h"
#include "support/grammar_walk.h"

using namespace llmops;
using namespace llmops::test;

namespace {

// Whether the whole text matches; none where PCRE2 gave up.
class Pcre2 {
 public:
  explicit Pcre2(const std::string& pattern) {
    int error = 0;
    PCRE2_SIZE offset = 0;
    code_ = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(),
                          PCRE2_UTF | PCRE2_ANCHORED | PCRE2_ENDANCHORED, &error, &offset, nullptr);
    REQUIRE(code_ != nullptr);
    data_ = pcre2_match_data_create_from_pattern(code_, nullptr);
  }
  Pcre2(const Pcre2&) = delete;
  ~Pcre2() {
    pcre2_match_data_free(data_);
    pcre2_code_free(code_);
  }
  std::optional<bool> matches(const std::string& text) const {
    const int rc = pcre2_match(code_, reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), 0, 0, data_, nullptr);
    if (rc >= 0) return true;
    return rc == PCRE2_ERROR_NOMATCH ? std::optional(false) : std::nullopt;
  }

 private:
  pcre2_code* code_ = nullptr;
  pcre2_match_data* data_ = nullptr;
};

const std::vector<std::string> kLetters = {"a", "b", "c", "1", "é", "€", "😀", "\n", "-"};

class RandomPattern {
 public:
  explicit RandomPattern(std::mt19937& random) : random_(random) {}

  std::string alternatives(int depth) {
    std::string out = sequence(depth);
    for (int n = pick(3); n > 1; --n) out += "|" + sequence(depth);
    return out;
  }

 private:
  int pick(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }
  const std::string& letter() { return kLetters[static_cast<std::size_t>(pick(static_cast<int>(kLetters.size())))]; }

  std::string sequence(int depth) {
    std::string out;
    for (int n = pick(4); n >= 0; --n) out += atom(depth) + quantifier();
    return out;
  }
  std::string atom(int depth) {
    static const char* const kClasses[] = {"[ab]",
                                           "[^a]",
                                           ".",
                                           "\\d",
                                           "\\w",
                                           "\\S",
                                           "[^\\W1]",
                                           "[a-c]",
                                           "[é-€]",
                                           "[\\x{80}-\\x{10FFFF}]",
                                           "\\p{L}",
                                           "\\P{L}",
                                           "[[:alpha:]-]",
                                           "[]a]",
                                           "\\x61"};
    const int kind = pick(10);
    if (kind < 2 && depth > 0) return (kind == 0 ? "(" : "(?:") + alternatives(depth - 1) + ")";
    if (kind < 5) return kClasses[pick(static_cast<int>(std::size(kClasses)))];
    return letter();
  }
  std::string quantifier() {
    static const char* const kQuantifiers[] = {"*", "+", "?", "{2}", "{1,3}", "{0,2}", "{2,}", "*?", "{0}"};
    return pick(3) == 0 ? kQuantifiers[pick(static_cast<int>(std::size(kQuantifiers)))] : "";
  }

  std::mt19937& random_;
};

std::shared_ptr<const TokenTrie> letter_vocabulary() {
  std::vector<std::string> tokens(256);
  for (const std::string& a : kLetters) {
    tokens.push_back(a);
    for (const std::string& b : kLetters) tokens.push_back(a + b);
    for (const char byte : a) tokens.emplace_back(1, byte);  // halves of characters
  }
  tokens.emplace_back("<end>");
  const auto end = static_cast<TokenId>(tokens.size() - 1);
  return std::make_shared<const TokenTrie>(tokens, std::vector<TokenId>{end});
}

}  // namespace

TEST_CASE("random regular expressions match what PCRE2 matches", "[infer]") {
  std::mt19937 random(11);
  const auto trie = letter_vocabulary();
  int patterns = 0, walks = 0, matched = 0, unmatched = 0;
  for (int i = 0; i < 400; ++i) {
    const std::string pattern = RandomPattern(random).alternatives(3);
    INFO(pattern);
    const Pcre2 reference(pattern);
    std::shared_ptr<const TokenGrammar> by_bytes;
    try {
      by_bytes = regex(pattern);
    } catch (const InputError&) {
      continue;  // too much for its limits
    }
    ++patterns;
    for (int n = 0; n < 60; ++n) {
      std::string text;
      for (auto length = random() % 6; length > 0; --length) text += kLetters[random() % kLetters.size()];
      const auto expected = reference.matches(text);
      if (!expected) continue;
      INFO(text);
      CHECK(matches(by_bytes, text) == *expected);
      ++(*expected ? matched : unmatched);
    }
    const auto grammar = grammar_of(GrammarSource::Kind::kRegex, pattern, trie);
    for (int n = 0; n < 3; ++n) {
      Walk walk;
      try {
        walk = random_walk(grammar, random, 8, 3);
      } catch (const InputError&) {
        continue;  // the letters lack a byte that the pattern needs
      }
      CHECK(walk.masks_agree);
      if (!walk.finished) continue;
      INFO(walk.text);
      CHECK(reference.matches(walk.text).value_or(true));
      CHECK(matches(by_bytes, walk.text));
      ++walks;
    }
  }
  CHECK(patterns > 390);
  CHECK(walks > 300);
  CHECK(matched > 500);
  CHECK(unmatched > 5'000);
}

TEST_CASE("a regular expression matches the whole text", "[infer]") {
  const Examples cases[] = {
      {"a+b", {"ab", "aab"}, {"xab", "abx", "b"}},
      {"^a|b$", {"a", "b"}, {"ab", ""}},
      {"(?<year>\\d{4})-(?P<month>\\d\\d)", {"2024-01"}, {"24-01"}},
      {"\\u00e9\\u{1F600}\\uD83D\\uDE00\\x{e9}", {"é😀😀é"}, {"é"}},
      {"[\\d\\-x]{2}[^\\]]", {"1-a", "xx["}, {"aaa", "11]"}},
      {"a{b}{,2}", {"a{b", "a{b}", "a{b}}"}, {"a", "a{b}}}"}},
      {"\\.\\*\\/\\ \\{", {".*/ {"}, {"a"}},
      {"", {""}, {"a"}},
      {"a||b", {"", "a", "b"}, {"ab"}},
      {"[a-]b[-a]", {"ab-", "-ba"}, {"cb-"}},
      {"x{300}", {std::string(300, 'x')}, {std::string(299, 'x'), std::string(301, 'x')}},
      {"x{257,515}",
       {std::string(257, 'x'), std::string(400, 'x'), std::string(515, 'x')},
       {std::string(256, 'x'), std::string(516, 'x'), ""}},
      {"(ab){260,}c",
       {std::string("ab") +
        [] {
          std::string s;
          for (int i = 0; i < 299; ++i) s += "ab";
          return s;
        }() +
        "c"},
       {"ababc"}},
      {"\\p{Lu}\\p{^Lu}\\PL", {"Éé1"}, {"éé1", "ÉÉ1"}},
  };
  for (const Examples& test : cases) {
    INFO(test.grammar);
    CHECK(misjudged(regex(test.grammar), test) == std::vector<std::string>{});
  }
}

TEST_CASE("what a regular expression may not hold is an error with its column", "[infer]") {
  const std::pair<const char*, const char*> cases[] = {
      {"ab(?=c)", "regex: column 3: lookaround '(?=' is not supported"},
      {"é(?<!c)", "regex: column 2: lookaround '(?<!' is not supported"},
      {"(a)\\1", "regex: column 4: references to groups are not supported"},
      {"a\\b", "regex: column 2: word boundaries '\\b' are not supported"},
      {"(?i)a", "regex: column 1: group '(?i' is not supported"},
      {"a++", "regex: column 2: possessive repetition is not supported"},
      {"a**", "regex: column 3: nothing to repeat"},
      {"*a", "regex: column 1: nothing to repeat"},
      {"a{2}{3}", "regex: column 5: nothing to repeat"},
      {"(a", "regex: column 1: '(' without ')'"},
      {"a)", "regex: column 2: ')' without '('"},
      {"[a", "regex: column 1: '[' without ']'"},
      {"a$b", "regex: column 2: '$' is not supported inside of a pattern"},
      {"a^b", "regex: column 2: '^' is not supported inside of a pattern"},
      {"\\q", "regex: column 1: escape '\\q' is not supported"},
      {"\\p{Greek}", "regex: column 3: 'Greek' is no general category"},
      {"[z-a]", "regex: column 2: the ends of a range are in the wrong order"},
      {"a{70000}", "regex: column 3: 70000 repetitions are more than the 65536 allowed"},
      {"a\\", "regex: column 2: nothing behind '\\'"},
      {"[^\\x{0}-\\x{10FFFF}]", "grammar: 'the expression' matches nothing"},
  };
  for (const auto& [pattern, message] : cases) {
    INFO(pattern);
    CHECK_THROWS_WITH(regex(pattern), message);
  }
}
