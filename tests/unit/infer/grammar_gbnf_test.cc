// GBNF: what is read, what matches, and where the errors point.
#include "core/error.h"
#include "support/catch.h"
#include "support/grammar_walk.h"

using namespace llmops;
using namespace llmops::test;

TEST_CASE("a gbnf grammar matches what it says", "[infer]") {
  const Examples cases[] = {
      {"root ::= \"a\" | \"bc\"", {"a", "bc"}, {"", "b", "abc", "aa"}},
      {"root ::= [a-c]+ [^a-c]", {"abcd", "a-", "cé", "b\n"}, {"a", "d", "abc"}},
      {"root ::= x{2} y{1,} z{0,2} # comment\nx ::= \"x\"\ny ::= \"y\"\nz ::= \"z\"",
       {"xxy", "xxyyyzz"},
       {"xy", "xxz", "xxyzzz"}},
      {"root ::= (\"a\"\n  | # either\n  \"b\")* \"!\"", {"!", "abba!"}, {"ab", "c!"}},
      {"root ::= \"\\x41\\u00e9\\U0001F600\\n\\\"\\\\\"", {"Aé😀\n\"\\"}, {"A"}},
      {"root ::= [\\]\\-x]+ .", {"]-x\n", "xx"}, {"x", "a"}},
      {"root ::= expr\nexpr ::= term (\"+\" term)*\nterm ::= [0-9]+ | \"(\" expr \")\"",
       {"1", "1+2", "((1)+(2+34))"},
       {"", "(", "(1", "1+", "()"}},
      {"root ::= \"(\" root \")\" | \"\"", {"", "()", "((()))"}, {"(", "(()", "())"}},
      {"root ::= item root | item\nitem ::= [a-z] \"\\n\"", {"a\nb\n", "z\n"}, {"a", ""}},
      {"root ::= \"a\" root \"a\" | \"b\"", {"b", "aba", "aabaa"}, {"aab", "ab"}},
      {"root ::= [é-ü]{2}", {"éü", "öé"}, {"aé", "é", "éþ"}},
      {"root ::= | \"x\"", {"", "x"}, {"xx"}},
      {"\n# first\nroot ::=\n  \"a\"\n\n\nother_rule-2 ::= \"b\"\n", {"a"}, {"b"}},
  };
  for (const Examples& test : cases) {
    INFO(test.grammar);
    CHECK(misjudged(gbnf(test.grammar), test) == std::vector<std::string>{});
  }
}

TEST_CASE("errors of a gbnf grammar name line, column and the nearest rule", "[infer]") {
  const std::pair<const char*, const char*> cases[] = {
      {"root ::= itme\nitem ::= \"a\"", "gbnf:1:10: unknown rule 'itme'"},
      {"rot ::= \"a\"", "gbnf: no rule 'root', where a text begins"},
      {"root ::= \"a\"\nroot ::= \"b\"", "gbnf:2:1: rule 'root' is there twice"},
      {"root ::= \"a", "gbnf:1:10: a literal without its closing quote"},
      {"root ::= [a", "gbnf:1:10: '[' without ']'"},
      {"root ::= (\"a\"", "gbnf:1:10: '(' without ')'"},
      {"root ::= \"a\" )", "gbnf:1:14: unexpected ')' in rule 'root'"},
      {"root ::= *", "gbnf:1:10: nothing to repeat"},
      {"root ::= \"a\"{3,1}", "gbnf:1:13: the bounds of a repetition are in the wrong order"},
      {"root ::= \"a\"{x}", "gbnf:1:13: expected {m}, {m,} or {m,n}"},
      {"root ::= \"a\"{1000000}", "gbnf:1:14: 1000000 repetitions are more than the 65536 allowed"},
      {"root ::= \"\\q\"", "gbnf:1:11: unknown escape '\\' and 'q'"},
      {"root ::= \"\\uD800\"", "gbnf:1:11: the number is no Unicode character"},
      {"root ::= \"\\x4\"", "gbnf:1:13: expected 2 hexadecimal digits"},
      {"root ::= [z-a]", "gbnf:1:11: the ends of a range are in the wrong order"},
      {"root = \"a\"", "gbnf:1:6: expected '::=' behind 'root', found '='"},
      {"root ::= <[100]>", "gbnf:1:10: tokens by number or by name are not supported"},
      {"", "gbnf: no rule 'root', where a text begins"},
      {"root ::= \"\xff\"", "gbnf:1:11: a byte is not UTF-8"},
      {"root ::= root \"a\" | \"b\"", "grammar: a rule begins with itself: 'root' -> 'root'"},
      {"root ::= a\na ::= n b\nn ::= \"x\"?\nb ::= a \"y\" | \"z\"",
       "grammar: a rule begins with itself: 'a' -> 'b' -> 'a'"},
      {"root ::= \"a\" root", "grammar: 'root' matches nothing"},
      {"root ::= []", "grammar: 'root' matches nothing"},
  };
  for (const auto& [grammar, message] : cases) {
    INFO(grammar);
    CHECK_THROWS_WITH(gbnf(grammar), message);
  }
  try {
    gbnf("root ::= itme\nitem ::= \"a\"");
    FAIL("no error");
  } catch (const InputError& error) {
    CHECK(error.hint() == "did you mean 'item'?");
  }
}

TEST_CASE("a rule that ends with itself takes no stack", "[infer]") {
  const auto grammar = gbnf("root ::= item root | item\nitem ::= [a-z] \",\"");
  std::string text;
  for (int i = 0; i < 5'000; ++i) text += "a,";  // five times as many as a stack may be deep
  CHECK(matches(grammar, text));
}

TEST_CASE("masks of nested rules are what trying each token gives", "[infer]") {
  const std::vector<std::string> more = {"((",  "))",  "()", ")+",  "+(", "1+1", "(1)",
                                         ")))", "(((", "12", "+1)", "x=", "=("};
  const char* grammars[] = {
      "root ::= expr\nexpr ::= term (\"+\" term)*\nterm ::= [0-9]+ | \"(\" expr \")\"",
      "root ::= \"x=\" pair\npair ::= \"(\" pair \"=\" pair \")\" | [0-9]{1,2} | \"\"",
      "root ::= a | b\na ::= \"(\" a \")\" | \"1\"\nb ::= \"(\" b \")\" \"+\" | \"1\"",
      "root ::= s\ns ::= \"(\" s \")\" s | t\nt ::= \"1\" t \"+\" | \"\"",
  };
  std::mt19937 random(5);
  for (const char* text : grammars) {
    INFO(text);
    const auto grammar = grammar_of(GrammarSource::Kind::kGbnf, text, vocabulary(more));
    for (int i = 0; i < 60; ++i) CHECK(random_walk(grammar, random, 12, 1).masks_agree);
  }
}
