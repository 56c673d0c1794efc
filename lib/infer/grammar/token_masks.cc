// Which tokens may come next, from the places of a text: most of it known by state, before any stack is looked at.
#include "infer/grammar/token_masks.h"

#include <fmt/format.h>

#include <algorithm>

namespace llmops::infer::grammar {
namespace {

void set_bit(std::span<std::uint32_t> bits, TokenId id) {
  bits[static_cast<std::size_t>(id) / 32] |= 1u << (static_cast<std::uint32_t>(id) % 32);
}

[[noreturn]] void throw_dead_end(bool too_deep) {
  if (too_deep) {
    throw InputError(fmt::format("grammar: the text is nested more than {} deep", kMaxStackDepth),
                     "write the grammar with less recursion");
  }
  throw InputError("grammar: no token of the vocabulary continues the text as the grammar asks",
                   "the vocabulary lacks a byte that the grammar needs");
}

}  // namespace

void LocalMask::add_to(std::span<std::uint32_t> bits) const {
  for (std::size_t i = 0; i < words.size(); ++i) bits[i] |= words[i];
  for (const TokenId id : tokens) set_bit(bits, id);
}

// Reads parts of the trie, on stacks of its own that grow from a position's.
class TokenMasks::Walk {
 public:
  Walk(const Automaton& automaton, const TokenTrie& trie, Stacks stacks, StepCount& steps)
      : trie_(trie), stacks_(std::move(stacks)), steps_(steps), reader_(automaton, stacks_, steps) {}

  /// Calls visit(node) for each node below `root` that can be read from `places`, which are at root.
  template <typename Visit>
  void below(std::uint32_t root, const Places& places, Visit&& visit) {
    const auto& nodes = trie_.nodes();
    if (levels_.empty()) levels_.emplace_back();
    levels_[0] = places;
    for (std::uint32_t i = root + 1; i < nodes[root].skip;) {
      const std::size_t depth = nodes[i].depth - nodes[root].depth;
      if (levels_.size() <= depth) levels_.resize(depth + 1);
      reader_.step(levels_[depth - 1], nodes[i].byte, levels_[depth]);
      if (levels_[depth].empty()) {
        i = nodes[i].skip;
      } else {
        visit(i, levels_[depth]);
        ++i;
      }
    }
  }

  void allow_below(std::uint32_t root, const Places& places, std::span<std::uint32_t> bits) {
    below(root, places, [&](std::uint32_t node, const Places&) {
      for (const TokenId id : trie_.tokens_at(node)) set_bit(bits, id);
    });
  }

  Stacks& stacks() { return stacks_; }
  Reader& reader() { return reader_; }
  StepCount& steps() { return steps_; }

 private:
  const TokenTrie& trie_;
  Stacks stacks_;
  StepCount& steps_;
  Reader reader_;
  std::vector<Places> levels_;  // by depth below the root
};

std::shared_ptr<const LocalMask> TokenMasks::local(std::uint32_t state, StepCount& steps) {
  if (auto known = local_.find(state)) return known;
  auto mask = std::make_shared<LocalMask>();
  Walk walk(automaton_, trie_, Stacks(), steps);
  walk.below(0, {{state, 0}}, [&](std::uint32_t node, const Places& places) {
    const auto tokens = trie_.tokens_at(node);
    mask->tokens.insert(mask->tokens.end(), tokens.begin(), tokens.end());
    const bool has_more = trie_.nodes()[node].skip > node + 1;
    if (has_more && walk.reader().at_end(places)) mask->ends.push_back(node);
  });
  if (mask->tokens.size() > trie_.mask_words()) {
    mask->words.resize(trie_.mask_words());
    for (const TokenId id : mask->tokens) set_bit(mask->words, id);
    mask->tokens.clear();
  }
  mask->tokens.shrink_to_fit();
  local_.put(state, mask, mask->bytes());
  return mask;
}

void TokenMasks::fill_by_place(const Position& position, Walk& walk, std::span<std::uint32_t> bits) {
  Places below;
  for (const Place& place : position.places) {
    const auto known = local(place.state, walk.steps());
    known->add_to(bits);
    if (place.stack == 0 || known->ends.empty()) continue;
    below.clear();
    const Stacks::Node top = walk.stacks()[place.stack];
    walk.reader().enter({top.back, top.below}, below);
    for (const std::uint32_t node : known->ends) walk.allow_below(node, below, bits);
  }
}

std::uint64_t TokenMasks::fill(const Position& position, std::span<std::uint32_t> bits) {
  const std::string key = position.key();
  if (const auto known = whole_.find(key)) {
    std::ranges::copy(*known, bits.begin());
    return 0;
  }
  StepCount steps{kMaxMaskSteps, "a mask"};
  Walk walk(automaton_, trie_, position.stacks, steps);
  // Near the limit a token may nest too deep, which only the true stacks tell.
  if (position.max_depth() + trie_.longest() < kMaxStackDepth) {
    fill_by_place(position, walk, bits);
  } else {
    walk.allow_below(0, position.places, bits);
  }
  const auto filled = bits.first(trie_.mask_words());
  const bool any = std::ranges::any_of(filled, [](std::uint32_t word) { return word != 0; });
  if (!any && !walk.reader().at_end(position.places)) throw_dead_end(walk.reader().too_deep());
  whole_.put(key, std::make_shared<std::vector<std::uint32_t>>(filled.begin(), filled.end()),
             key.size() + 4 * filled.size());
  return steps.steps;
}

}  // namespace llmops::infer::grammar
