// JSON schemas, regular expressions and GBNF; then a few tokens of what could be compiled. The first byte is the kind.
#include "fuzz/fuzz.h"
#include "infer/grammar/token_grammar.h"

namespace {

using namespace llmops;
using namespace llmops::infer::grammar;

std::shared_ptr<const TokenTrie> vocabulary() {
  std::vector<std::string> tokens;
  for (int byte = 0; byte < 256; ++byte) tokens.emplace_back(1, static_cast<char>(byte));
  for (const char* more :
       {"{\"", "\": ", "\",", "}}", "[[", "ab", "aaaa", "\xc3\xa9", "\xe2\x82", "\n  ", "true", "12"}) {
    tokens.emplace_back(more);
  }
  tokens.emplace_back("<end>");
  const auto end = static_cast<TokenId>(tokens.size() - 1);
  return std::make_shared<const TokenTrie>(tokens, std::vector<TokenId>{end});
}

void walk(const std::shared_ptr<const TokenGrammar>& grammar, std::string_view choices) {
  const TokenTrie& trie = grammar->trie();
  GrammarState state(grammar);
  std::vector<std::uint32_t> bits(trie.mask_words());
  for (std::size_t i = 0; i < 24 && !state.finished(); ++i) {
    state.mask(bits);
    const auto from =
        static_cast<std::size_t>(choices.empty() ? 0 : static_cast<unsigned char>(choices[i % choices.size()]));
    for (std::size_t k = 0; k < trie.vocab_size(); ++k) {
      const std::size_t id = (from + k) % trie.vocab_size();
      if ((bits[id / 32] >> (id % 32) & 1) == 0) continue;
      if (!state.accept(static_cast<TokenId>(id))) std::abort();  // what a mask allows is accepted
      break;
    }
    state.forced();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto trie = vocabulary();
  if (size == 0) return 0;
  static constexpr GrammarSource::Kind kKinds[] = {GrammarSource::Kind::kJsonSchema, GrammarSource::Kind::kRegex,
                                                   GrammarSource::Kind::kGbnf};
  const std::string_view text = fuzz::text_of(data + 1, size - 1);
  return fuzz::expect_typed_errors([&] {
    walk(TokenGrammar::compile({kKinds[data[0] % 3], std::string(text), GrammarSource::WhiteSpace::kFlexible}, trie),
         text);
  });
}
