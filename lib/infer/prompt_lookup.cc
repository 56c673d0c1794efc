#include "infer/prompt_lookup.h"

#include <algorithm>

#include "infer/draft_pace.h"
#include "infer/generating_sequence.h"

namespace llmops::infer {
namespace {

// Of one token alone too many places would do.
constexpr std::size_t kLongest = 4;
constexpr std::size_t kShortest = 2;
constexpr std::size_t kReach = 1 << 14;  ///< tokens looked back, so that long contexts do not pay for it

}  // namespace

std::vector<text::TokenId> look_up_continuation(std::span<const text::TokenId> tokens, std::size_t most) {
  if (tokens.size() > kReach) tokens = tokens.last(kReach);
  for (std::size_t length = kLongest; length >= kShortest && most > 0; --length) {
    if (tokens.size() <= length) continue;
    const auto wanted = tokens.last(length);
    const auto before = tokens.first(tokens.size() - 1);  // a place may overlap the end, but not be it
    const auto found = std::find_end(before.begin(), before.end(), wanted.begin(), wanted.end());
    if (found == before.end()) continue;
    const std::size_t next = static_cast<std::size_t>(found - before.begin()) + length;
    std::vector<text::TokenId> guesses(most);
    for (std::size_t i = 0; i < most; ++i) guesses[i] = tokens[next + i % (tokens.size() - next)];
    return guesses;
  }
  return {};
}

void LookupDrafter::draft(std::span<GeneratingSequence* const> sequences, std::size_t most) {
  const double cost = cost_of_check(sequences.size());
  for (GeneratingSequence* sequence : sequences)
    sequence->add_guesses(look_up_continuation(sequence->tokens(), sequence->wanted_guesses(most, cost)));
}

}  // namespace llmops::infer
