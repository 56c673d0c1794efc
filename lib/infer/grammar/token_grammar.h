// Constrained decoding: from a JSON schema, a regular expression or a GBNF grammar to the tokens that may come next.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "infer/grammar/automaton.h"
#include "infer/grammar/grammar_source.h"
#include "infer/grammar/places.h"
#include "infer/grammar/token_masks.h"
#include "infer/grammar/token_trie.h"

namespace llmops::infer::grammar {

/// A grammar compiled for a vocabulary. Immutable but for its caches; shared by requests and threads.
class TokenGrammar {
 public:
  /// @throws InputError  for what cannot be read or is not supported, naming the place; for a grammar that matches
  /// nothing; for one over a limit (limits.h)
  static std::shared_ptr<const TokenGrammar> compile(const GrammarSource& source,
                                                     std::shared_ptr<const TokenTrie> trie);

  TokenGrammar(Automaton automaton, std::shared_ptr<const TokenTrie> trie);
  TokenGrammar(const TokenGrammar&) = delete;
  TokenGrammar& operator=(const TokenGrammar&) = delete;

  const Automaton& automaton() const { return automaton_; }
  const TokenTrie& trie() const { return *trie_; }
  TokenMasks& masks() const { return masks_; }
  const std::shared_ptr<const Position>& begin() const { return begin_; }

 private:
  Automaton automaton_;
  std::shared_ptr<const TokenTrie> trie_;
  mutable TokenMasks masks_;
  std::shared_ptr<const Position> begin_;
};

/// One text on its way through a grammar: a value, cheap to copy, so that a speculated token can be taken back.
class GrammarState {
 public:
  explicit GrammarState(std::shared_ptr<const TokenGrammar> grammar);

  /// Bit i % 32 of word i / 32 is set where token i may come next; end tokens where the text may end. After the end
  /// nothing may.
  /// @param bits  at least TokenTrie::mask_words(); what lies behind is cleared
  /// @returns the work done, in steps of about 10 ns; 0 where the mask was known
  /// @throws InputError  when the text can neither go on nor end: nested too deep, too ambiguous, or the vocabulary
  /// lacks what the grammar needs
  std::uint64_t mask(std::span<std::uint32_t> bits) const;

  /// Takes a token that is allowed; one that is not leaves the state as it was.
  /// @throws InputError  when the text can be read in more than kMaxPlaces ways
  bool accept(TokenId token);

  bool can_end() const;
  bool finished() const { return finished_; }  ///< an end token was accepted

  /// The bytes that must come next, up to where there is a choice, as of a key's name; at most `most`.
  std::string forced(std::size_t most = 256) const;

 private:
  std::shared_ptr<const TokenGrammar> grammar_;
  std::shared_ptr<const Position> position_;
  bool finished_ = false;
};

}  // namespace llmops::infer::grammar
