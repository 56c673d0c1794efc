// Grammars made to hurt: each ends in an error or in masks of bounded work, counted in steps, whatever the machine.
#include <fmt/format.h>

#include "core/error.h"
#include "infer/grammar/limits.h"
#include "support/catch.h"
#include "support/grammar_walk.h"

using namespace llmops;
using namespace llmops::test;

namespace {

std::string times(const std::string& text, int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out += text;
  return out;
}

// Work of the masks along a text, each byte a token; ends early where the request fails, which is allowed.
std::uint64_t most_steps(const std::shared_ptr<const TokenGrammar>& grammar, const std::string& text) {
  GrammarState state(grammar);
  std::vector<std::uint32_t> bits(grammar->trie().mask_words());
  std::uint64_t most = 0;
  try {
    for (const char c : text) {
      most = std::max(most, state.mask(bits));
      if (!state.accept(static_cast<unsigned char>(c))) break;
    }
  } catch (const InputError&) {
  }
  return most;
}

}  // namespace

TEST_CASE("what is too large is refused before it is built", "[infer]") {
  using Kind = GrammarSource::Kind;
  std::string chain;
  for (int i = 0; i < 40; ++i) chain += fmt::format("r{} ::= r{} r{}\n", i, i + 1, i + 1);
  const std::pair<Kind, std::string> cases[] = {
      {Kind::kRegex, "(((((((a{9}){9}){9}){9}){9}){9}){9}b){2,60000}"},
      {Kind::kRegex, "a{1000000}"},
      {Kind::kRegex, times("(", 200) + "a" + times(")", 200)},
      {Kind::kRegex, "((a|b)*a(a|b){25})"},
      {Kind::kRegex, "(" + times("\\p{L}|", 30'000) + "a)"},
      {Kind::kRegex, std::string(300'000, 'a')},
      {Kind::kGbnf, "root ::= " + times("(", 5'000) + "\"a\"" + times(")", 5'000)},
      {Kind::kGbnf, "root ::= \"a\"" + times("*", 5'000)},
      {Kind::kGbnf, times("\n", 3) + "root ::= " + times("\"a\" | ", 90'000) + "\"b\""},
      {Kind::kJsonSchema, times(R"({"items":)", 150) + "{}" + times("}", 150)},
      {Kind::kJsonSchema, times(R"({"items":)", 1'000) + "{}" + times("}", 1'000)},
      {Kind::kJsonSchema, R"({"allOf":[{"$ref":"#"},{"$ref":"#"}]})"},
      {Kind::kJsonSchema, R"({"$ref":"#/$defs/a","$defs":{"a":{"$ref":"#/$defs/b"},"b":{"$ref":"#/$defs/a"}}})"},
  };
  for (const auto& [kind, text] : cases) {
    INFO(text.substr(0, 60));
    CHECK_THROWS_AS(grammar_of(kind, text), InputError);
  }
  // Calls keep what would double with each rule small.
  const auto doubled = gbnf("root ::= r0\n" + chain + "r40 ::= \"a\" | \"b\"\n");
  CHECK(doubled->automaton().states() < 20'000);
  CHECK(read(doubled, "abba").has_value());
  CHECK(regex("((a{1000}){1000}){1000}")->automaton().states() < 10'000);
}

TEST_CASE("a text with very many readings fails by itself or stays cheap", "[infer]") {
  using infer::grammar::kMaxMaskSteps;
  const auto exponential = gbnf("root ::= s\ns ::= \"a\" x | \"a\" y | \"a\"\nx ::= s \"b\" s\ny ::= s \"c\" s");
  CHECK(most_steps(exponential, std::string(200, 'a')) < kMaxMaskSteps);
  GrammarState state(exponential);
  CHECK_THROWS_WITH(
      [&] {
        for (int i = 0; i < 200; ++i) state.accept('a');
      }(),
      "grammar: the text can be read in more than 512 ways");
  CHECK(matches(exponential, "aaba"));  // the grammar itself lives on

  const auto palindrome = gbnf("root ::= \"a\" root \"a\" | \"b\" root \"b\" | \"\"");
  CHECK(most_steps(palindrome, times("ab", 60)) < 100'000);
  const auto nested_stars = regex("((a*)*|(a+)+)*b");
  CHECK(nested_stars->automaton().states() < 10);
  CHECK(most_steps(nested_stars, std::string(500, 'a')) < 2'000);
  const auto nullable = gbnf("root ::= a* b* a*\na ::= \"x\"? \"y\"?\nb ::= a? \"z\"?");
  CHECK(matches(nullable, "xyzxy"));
}

TEST_CASE("nesting ends where the stack does, and masks lead back out", "[infer]") {
  const auto grammar = grammar_of(GrammarSource::Kind::kJsonSchema, R"({"type":"array"})");
  GrammarState state(grammar);
  int depth = 0;
  while (depth < 5'000) {
    const auto ids = allowed(state, grammar->trie());
    if (std::ranges::find(ids, '[') == ids.end()) break;
    REQUIRE(state.accept('['));
    ++depth;
  }
  CHECK(depth > 900);
  CHECK(depth <= 1'010);
  for (; depth > 0; --depth) REQUIRE(state.accept(']'));
  CHECK(state.can_end());

  const auto no_way_out = gbnf("root ::= \"(\" root \")\" | \"x\" \"y\"");
  CHECK(matches(no_way_out, times("(", 900) + "xy" + times(")", 900)));
}

TEST_CASE("a vocabulary that lacks what a grammar needs is an error of the request", "[infer]") {
  const auto trie =
      std::make_shared<const TokenTrie>(std::vector<std::string>{"a", "b", "<end>"}, std::vector<TokenId>{2});
  GrammarState state(grammar_of(GrammarSource::Kind::kRegex, "ax", trie));
  std::vector<std::uint32_t> bits(1);
  state.mask(bits);
  CHECK(bits[0] == 1);
  REQUIRE(state.accept(0));
  CHECK_THROWS_WITH(state.mask(bits), "grammar: no token of the vocabulary continues the text as the grammar asks");
}

TEST_CASE("long bounds stay cheap: blocks are compiled once", "[infer]") {
  const auto grammar =
      schema(R"({"properties":{"a":{"type":"string","maxLength":60000},"b":{"type":"string","maxLength":9000},
                                  "c":{"type":"array","items":{"type":"integer"},"maxItems":5000}}})");
  CHECK(grammar->automaton().states() < 20'000);
  CHECK(matches(grammar, "{\"a\":\"" + std::string(60'000, 'x') + "\"}"));
  CHECK_FALSE(matches(grammar, "{\"a\":\"" + std::string(60'001, 'x') + "\"}"));
  CHECK(matches(grammar, "{\"c\":[1" + times(",1", 4'999) + "]}"));
  CHECK_FALSE(matches(grammar, "{\"c\":[1" + times(",1", 5'000) + "]}"));
}
