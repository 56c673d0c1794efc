#include "infer/token_chooser.h"

#include <algorithm>

namespace llmops::infer {

TokenChooser::TokenChooser(const SamplingOptions& options, std::span<const TokenId> prompt,
                           const std::set<TokenId>& end_ids, int vocabulary,
                           std::unique_ptr<TokenConstraint> constraint)
    : sampler_(options, prompt),
      end_ids_(&end_ids),
      ignore_eos_(options.ignore_eos),
      vocabulary_(static_cast<std::size_t>(vocabulary)),
      constraint_(std::move(constraint)) {}

TokenChooser::TokenChooser(Sampler sampler, const TokenChooser& other)
    : sampler_(std::move(sampler)),
      end_ids_(other.end_ids_),
      ignore_eos_(other.ignore_eos_),
      vocabulary_(other.vocabulary_),
      constraint_(other.constraint_ ? other.constraint_->copy() : nullptr) {}

TokenChooser TokenChooser::guesser() const { return {sampler_.guesser(), *this}; }

bool TokenChooser::ask_constraint() {
  allowed_.assign((vocabulary_ + 31) / 32, 0);
  constraint_->mask(allowed_);
  const bool can_end = constraint_->can_end();
  for (const TokenId id : *end_ids_) {
    if (id < 0 || static_cast<std::size_t>(id) >= vocabulary_) continue;
    const std::uint32_t bit = std::uint32_t{1} << (id % 32);
    std::uint32_t& word = allowed_[id / 32];
    word = can_end && !ignore_eos_ ? word | bit : word & ~bit;
  }
  return !can_end || std::any_of(allowed_.begin(), allowed_.end(), [](std::uint32_t word) { return word != 0; });
}

std::optional<TokenLogprob> TokenChooser::choose(std::span<float> logits) {
  if (constraint_ && !ask_constraint()) return std::nullopt;
  TokenLogprob choice = sampler_.sample(logits, allowed_);
  if (constraint_ && !is_end(choice.id)) constraint_->accept(choice.id);
  return choice;
}

}  // namespace llmops::infer
