// What the tests of grammars share: small vocabularies, whole texts, and walks that take random allowed tokens.
#pragma once

#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "infer/grammar/token_grammar.h"

namespace llmops::test {

using infer::grammar::GrammarSource;
using infer::grammar::GrammarState;
using infer::grammar::TokenGrammar;
using infer::grammar::TokenTrie;
using text::TokenId;

/// The 256 bytes by value, then `more`, then an end token.
inline std::shared_ptr<const TokenTrie> vocabulary(const std::vector<std::string>& more = {}) {
  std::vector<std::string> tokens;
  for (int byte = 0; byte < 256; ++byte) tokens.emplace_back(1, static_cast<char>(byte));
  tokens.insert(tokens.end(), more.begin(), more.end());
  tokens.emplace_back("<end>");
  const auto end = static_cast<TokenId>(tokens.size() - 1);
  return std::make_shared<const TokenTrie>(tokens, std::vector<TokenId>{end});
}

inline std::shared_ptr<const TokenGrammar> grammar_of(GrammarSource::Kind kind, const std::string& text,
                                                      std::shared_ptr<const TokenTrie> trie = vocabulary()) {
  return TokenGrammar::compile({kind, text, GrammarSource::WhiteSpace::kFlexible}, std::move(trie));
}
inline auto gbnf(const std::string& text) { return grammar_of(GrammarSource::Kind::kGbnf, text); }
inline auto regex(const std::string& text) { return grammar_of(GrammarSource::Kind::kRegex, text); }
inline auto schema(const std::string& text) { return grammar_of(GrammarSource::Kind::kJsonSchema, text); }

/// Whether the text is a beginning of one that matches; a byte is a token in vocabulary().
inline std::optional<GrammarState> read(const std::shared_ptr<const TokenGrammar>& grammar, std::string_view text) {
  GrammarState state(grammar);
  for (const char c : text) {
    if (!state.accept(static_cast<unsigned char>(c))) return std::nullopt;
  }
  return state;
}

inline bool matches(const std::shared_ptr<const TokenGrammar>& grammar, std::string_view text) {
  const auto state = read(grammar, text);
  return state && state->can_end();
}

struct Examples {
  const char* grammar;
  std::vector<std::string> yes, no;
};

/// The examples that are judged wrongly; none when all is well.
inline std::vector<std::string> misjudged(const std::shared_ptr<const TokenGrammar>& grammar,
                                          const Examples& examples) {
  std::vector<std::string> wrong;
  for (const std::string& text : examples.yes) {
    if (!matches(grammar, text)) wrong.push_back("refused: " + text);
  }
  for (const std::string& text : examples.no) {
    if (matches(grammar, text)) wrong.push_back("accepted: " + text);
  }
  return wrong;
}

inline std::vector<TokenId> allowed(const GrammarState& state, const TokenTrie& trie) {
  std::vector<std::uint32_t> bits(trie.mask_words());
  state.mask(bits);
  std::vector<TokenId> ids;
  for (std::size_t id = 0; id < trie.vocab_size(); ++id) {
    if (bits[id / 32] >> (id % 32) & 1) ids.push_back(static_cast<TokenId>(id));
  }
  return ids;
}

/// The same without a mask: each token tried by itself.
inline std::vector<TokenId> allowed_by_trying(const GrammarState& state, const TokenTrie& trie) {
  std::vector<TokenId> ids;
  for (std::size_t id = 0; id < trie.vocab_size(); ++id) {
    GrammarState copy = state;
    if (copy.accept(static_cast<TokenId>(id))) ids.push_back(static_cast<TokenId>(id));
  }
  return ids;
}

struct Walk {
  std::string text;
  bool finished = false;    ///< by an end token
  bool masks_agree = true;  ///< each with allowed_by_trying(), where it was looked at
};

/// Takes random allowed tokens. After `soon` of them it prefers to end, or to close what is open.
/// @param check_every  masks are compared with trying at each so many steps; 0 for never
template <typename Random>
Walk random_walk(const std::shared_ptr<const TokenGrammar>& grammar, Random& random, int soon, int check_every) {
  const TokenTrie& trie = grammar->trie();
  GrammarState state(grammar);
  Walk walk;
  for (int step = 0; step < 20 * soon && !walk.finished; ++step) {
    std::vector<TokenId> ids = allowed(state, trie);
    if (check_every > 0 && step % check_every == 0) walk.masks_agree &= ids == allowed_by_trying(state, trie);
    TokenId chosen = ids[random() % ids.size()];
    if (step >= soon) {
      for (const TokenId id : ids) {
        const std::string_view bytes = trie.bytes(id);
        const bool closes = bytes == "\"" || bytes == "}" || bytes == "]";
        if (trie.is_end(id) || (closes && random() % 2 == 0)) chosen = id;
      }
    }
    walk.finished = trie.is_end(chosen);
    if (!state.accept(chosen)) walk.masks_agree = false;
    walk.text += trie.bytes(chosen);
  }
  return walk;
}

}  // namespace llmops::test
