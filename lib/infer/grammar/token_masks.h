// Which tokens may come next, from the places of a text: most of it known by state, before any stack is looked at.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "infer/grammar/bounded_cache.h"
#include "infer/grammar/places.h"
#include "infer/grammar/token_trie.h"

namespace llmops::infer::grammar {

/// What holds in a state whatever stack is below it.
struct LocalMask {
  std::vector<std::uint32_t> words;  ///< (V / 32) bits of the tokens allowed, where they are many; else empty
  std::vector<TokenId> tokens;       ///< where they are few
  /// Nodes of the trie at which the state's rule may have ended: what lies below them depends on the stack.
  std::vector<std::uint32_t> ends;

  std::size_t bytes() const { return sizeof(*this) + 4 * (words.size() + tokens.size() + ends.size()); }
  void add_to(std::span<std::uint32_t> bits) const;
};

/// All members may be called from any thread.
class TokenMasks {
 public:
  TokenMasks(const Automaton& automaton, const TokenTrie& trie)
      : automaton_(automaton), trie_(trie), local_(kLocalCacheBytes), whole_(kWholeCacheBytes) {}

  /// Sets the bits of all tokens that a text at this position may go on with; ends are not among them.
  /// @param bits  at least V / 32 words, all 0
  /// @returns how many steps it took; 0 for a mask that was known
  /// @throws InputError  when nothing is allowed though the text cannot end, or it takes too many steps
  std::uint64_t fill(const Position& position, std::span<std::uint32_t> bits);

  std::size_t cached_bytes() { return local_.bytes() + whole_.bytes(); }

 private:
  class Walk;
  std::shared_ptr<const LocalMask> local(std::uint32_t state, StepCount& steps);
  void fill_by_place(const Position& position, Walk& walk, std::span<std::uint32_t> bits);

  const Automaton& automaton_;
  const TokenTrie& trie_;
  BoundedCache<std::uint32_t, LocalMask> local_;                 // by state
  BoundedCache<std::string, std::vector<std::uint32_t>> whole_;  // by Position::key()
};

}  // namespace llmops::infer::grammar
