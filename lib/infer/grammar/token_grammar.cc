// Constrained decoding: from a JSON schema, a regular expression or a GBNF grammar to the tokens that may come next.
#include "infer/grammar/token_grammar.h"

#include <fmt/format.h>

#include <algorithm>

namespace llmops::infer::grammar {
namespace {

// No token, however long, needs more in a grammar that is not hostile.
constexpr std::uint64_t kMaxAcceptSteps = 2'000'000;

StepCount accept_steps() { return {kMaxAcceptSteps, "a token"}; }

void refuse_crowd(const Reader& reader) {
  if (!reader.crowded()) return;
  throw InputError(fmt::format("grammar: the text can be read in more than {} ways", kMaxPlaces),
                   "write alternatives that begin differently");
}

}  // namespace

std::shared_ptr<const TokenGrammar> TokenGrammar::compile(const GrammarSource& source,
                                                          std::shared_ptr<const TokenTrie> trie) {
  return std::make_shared<const TokenGrammar>(compile_grammar(read_grammar(source)), std::move(trie));
}

TokenGrammar::TokenGrammar(Automaton automaton, std::shared_ptr<const TokenTrie> trie)
    : automaton_(std::move(automaton)), trie_(std::move(trie)), masks_(automaton_, *trie_) {
  StepCount steps = accept_steps();
  Stacks stacks;
  Places places;
  Reader reader(automaton_, stacks, steps);
  reader.enter({automaton_.start, 0}, places);
  refuse_crowd(reader);
  if (reader.too_deep()) throw InputError(fmt::format("grammar: it begins more than {} rules deep", kMaxStackDepth));
  begin_ = std::make_shared<const Position>(Position::from(stacks, places, steps));
}

GrammarState::GrammarState(std::shared_ptr<const TokenGrammar> grammar)
    : grammar_(std::move(grammar)), position_(grammar_->begin()) {}

std::uint64_t GrammarState::mask(std::span<std::uint32_t> bits) const {
  const TokenTrie& trie = grammar_->trie();
  if (bits.size() < trie.mask_words()) {
    throw InputError(
        fmt::format("grammar: the mask has {} words, the vocabulary needs {}", bits.size(), trie.mask_words()));
  }
  std::ranges::fill(bits, 0);
  if (finished_) return 0;
  const std::uint64_t steps = grammar_->masks().fill(*position_, bits);
  if (can_end()) {
    for (const TokenId id : trie.end_ids()) bits[static_cast<std::size_t>(id) / 32] |= 1u << (id % 32);
  }
  return steps;
}

bool GrammarState::accept(TokenId token) {
  if (finished_) return false;
  if (grammar_->trie().is_end(token)) return finished_ = can_end();
  const std::string_view bytes = grammar_->trie().bytes(token);
  if (bytes.empty()) return false;
  StepCount steps = accept_steps();
  Stacks stacks = position_->stacks;
  Reader reader(grammar_->automaton(), stacks, steps);
  Places from = position_->places, to;
  for (const char byte : bytes) {
    reader.step(from, static_cast<std::uint8_t>(byte), to);
    refuse_crowd(reader);
    if (to.empty()) return false;
    from.swap(to);
  }
  position_ = std::make_shared<const Position>(Position::from(stacks, from, steps));
  return true;
}

bool GrammarState::can_end() const {
  const Automaton& automaton = grammar_->automaton();
  return std::ranges::any_of(position_->places, [&](const Place& place) {
    return place.stack == 0 && (automaton.flags[place.state] & Automaton::kAccepts);
  });
}

std::string GrammarState::forced(std::size_t most) const {
  const Automaton& automaton = grammar_->automaton();
  StepCount steps = accept_steps();
  Stacks stacks = position_->stacks;
  Reader reader(automaton, stacks, steps);
  Places from = position_->places, to;
  std::string bytes;
  while (!finished_ && bytes.size() < most && !reader.at_end(from)) {
    int choices = 0;
    std::uint8_t only = 0;
    for (int byte = 0; byte < 256 && choices < 2; ++byte) {
      const bool leads_on = std::ranges::any_of(from, [&](const Place& place) {
        return automaton.step(place.state, static_cast<std::uint8_t>(byte)) != Automaton::kDead;
      });
      if (!leads_on) continue;
      ++choices;
      only = static_cast<std::uint8_t>(byte);
    }
    if (choices != 1) break;
    reader.step(from, only, to);
    if (to.empty()) break;
    bytes += static_cast<char>(only);
    from.swap(to);
  }
  return bytes;
}

}  // namespace llmops::infer::grammar
