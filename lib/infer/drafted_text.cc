#include "infer/drafted_text.h"

#include <algorithm>
#include <cmath>

#include "ops/row_ops.h"

namespace llmops::infer {
namespace {

/// A guess that is less likely to be reached and right is not worth its check: about the cost of one, of a text alone.
constexpr double kLeastChance = 0.2;

}  // namespace

DraftedText::DraftedText(std::vector<TokenId>& tokens, const DraftSetting& setting,
                         const std::optional<std::string>& tenant, std::size_t longest)
    : StepMember(setting.blocks, setting, setting.traits(tokens.size(), longest, /*adapter=*/-1), tenant),
      tokens_(tokens),
      setting_(setting) {}

bool DraftedText::begin(std::size_t most, TokenChooser chooser) {
  left_ = 0;
  certain_ = tokens_.size();
  if (certain_ > setting_.context_length) return false;
  // A model may have more rows than its tokenizer has tokens, and a prompt given as ids may name them.
  const auto known = [&](TokenId id) { return id < setting_.vocabulary; };
  while (checked_ < certain_ && known(tokens_[checked_])) ++checked_;
  if (checked_ < certain_) return false;
  if (table().blocks().empty()) {
    table().match(tokens_);
    read_ = table().stored();
  }
  left_ = std::min(most, setting_.context_length + 1 - certain_);  // the last guess is not read
  chance_ = 1;
  chooser_ = std::move(chooser);
  return left_ > 0;
}

StepPiece DraftedText::next_piece(std::int64_t budget) {
  const auto all = static_cast<std::int64_t>(tokens_.size());
  // Without room it goes without guesses: the request itself has all it needs.
  if (left_ == 0 || budget == 0 || !table().reserve(all)) {
    left_ = 0;
    return {this, all, all};
  }
  return {this, read_, std::min(all, read_ + budget)};
}

void DraftedText::take_logits(std::int64_t, std::span<float> logits) {
  logits = logits.first(static_cast<std::size_t>(setting_.vocabulary));
  const auto choice = chooser_->choose(logits);
  if (!choice || chooser_->is_end(choice->id)) return;
  if (chooser_->greedy()) {
    // The logits are still there, without what is not allowed. A drawn choice tells nothing about the other's draw.
    const auto size = static_cast<std::int64_t>(logits.size());
    chance_ *= std::exp(logits[static_cast<std::size_t>(choice->id)] - ops::log_sum_exp_row(logits.data(), size));
    if (chance_ < kLeastChance) return;
  }
  guess_ = choice->id;
}

void DraftedText::finish_step(std::int64_t end) {
  const bool reached = end == static_cast<std::int64_t>(tokens_.size());
  read_ = end;
  // Guesses are not published: their block is written again where they turn out wrong.
  table().advance(tokens_, std::min(end, static_cast<std::int64_t>(certain_)));
  left_ = reached && guess_ ? left_ - 1 : 0;
  if (guess_) tokens_.push_back(*guess_);
  guess_.reset();
}

void DraftedText::fail(const std::string& message) {
  error_ = message;
  left_ = 0;
  guess_.reset();
}

void DraftedText::leave() {
  table().clear();
  read_ = 0;
}

}  // namespace llmops::infer
