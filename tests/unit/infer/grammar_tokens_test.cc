// Grammars over tokens: bytes of real tokenizers, ends, forced text, and states that are copied.
#include "core/json.h"
#include "support/catch.h"
#include "support/grammar_walk.h"

using namespace llmops;
using namespace llmops::test;

namespace {

// Byte-level BPE: "Ġ" is a space, "Ã©" the two bytes of é; with a special end and a special that is not one.
std::unique_ptr<text::Tokenizer> byte_level() {
  const Json file = {
      {"model",
       {{"type", "BPE"},
        {"vocab", {{"a", 0}, {"Ġa", 1}, {"{", 2}, {"}", 3}, {"Ã©", 4}, {"Ã", 5}, {"©", 6}, {"\"", 7}, {"Ċ", 8}}},
        {"merges", Json::array()}}},
      {"pre_tokenizer", {{"type", "ByteLevel"}, {"add_prefix_space", false}}},
      {"decoder", {{"type", "ByteLevel"}}},
      {"added_tokens",
       {{{"id", 9}, {"content", "<|end|>"}, {"special", true}},
        {{"id", 10}, {"content", "<|pad|>"}, {"special", true}},
        {{"id", 11}, {"content", "<think>"}, {"special", false}}}}};
  return text::make_tokenizer(file, {{"eos_token", "<|end|>"}}, "test");
}

}  // namespace

TEST_CASE("tokens are read as the bytes they stand for", "[infer]") {
  const auto tokenizer = byte_level();
  const auto trie = TokenTrie::of(*tokenizer);
  const auto grammar = grammar_of(GrammarSource::Kind::kRegex, "a? (a|é)+( a)*(<think>)?", trie);
  GrammarState state(grammar);
  CHECK(allowed(state, *trie) == std::vector<TokenId>{0, 1});
  REQUIRE(state.accept(1));
  CHECK(allowed(state, *trie) == std::vector<TokenId>{0, 1, 4, 5, 9, 11});  // the end, and no other special token
  REQUIRE(state.accept(5));                                                 // half of é
  CHECK_FALSE(state.can_end());
  CHECK(allowed(state, *trie) == std::vector<TokenId>{6});
  CHECK_FALSE(state.accept(9));
  CHECK_FALSE(state.accept(10));
  CHECK_FALSE(state.accept(-1));
  CHECK_FALSE(state.accept(1'000));
  REQUIRE(state.accept(6));
  REQUIRE(state.accept(11));
  CHECK(allowed(state, *trie) == std::vector<TokenId>{9});
  REQUIRE(state.accept(9));
  CHECK(state.finished());
  CHECK(allowed(state, *trie).empty());
  CHECK_FALSE(state.accept(9));
}

TEST_CASE("a copy of a state goes its own way", "[infer]") {
  const auto grammar = gbnf("root ::= \"(\" root \")\" | \"x\"");
  GrammarState one(grammar);
  REQUIRE(one.accept('('));
  GrammarState two = one;
  REQUIRE(two.accept('('));
  REQUIRE(two.accept('x'));
  REQUIRE(one.accept('x'));
  REQUIRE(one.accept(')'));
  CHECK(one.can_end());
  CHECK_FALSE(two.can_end());
}

TEST_CASE("text without a choice is forced", "[infer]") {
  const auto grammar = TokenGrammar::compile(
      {GrammarSource::Kind::kJsonSchema,
       R"({"properties":{"name":{"enum":["abc","abd"]},"on":{"const":true}},"required":["name","on"]})",
       GrammarSource::WhiteSpace::kNone},
      vocabulary());
  GrammarState state(grammar);
  CHECK(state.forced() == "{\"name\":\"ab");
  CHECK(state.forced(3) == "{\"n");
  auto later = read(grammar, "{\"name\":\"abc");
  REQUIRE(later.has_value());
  CHECK(later->forced() == "\",\"on\":true}");
  CHECK(read(grammar, R"({"name":"abc","on":true})")->forced().empty());
}

TEST_CASE("a mask is known when it is met again, and the bits behind the vocabulary are clear", "[infer]") {
  const auto grammar = schema(R"({"type":"array","items":{"type":"string"}})");
  std::vector<std::uint32_t> bits(grammar->trie().mask_words() + 3, ~0u);
  auto state = read(grammar, R"(["ab)");
  REQUIRE(state.has_value());
  CHECK(state->mask(bits) > 0);
  CHECK(bits[bits.size() - 1] == 0);
  const auto first = bits;
  REQUIRE(state->accept('c'));
  CHECK(state->mask(bits) == 0);
  CHECK(bits == first);
  std::vector<std::uint32_t> few(1);
  CHECK_THROWS_WITH(state->mask(few), "grammar: the mask has 1 words, the vocabulary needs 9");
}
