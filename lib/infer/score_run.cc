// Which sequences of a call run when, and whose blocks they begin with.
#include "infer/score_run.h"

#include <algorithm>
#include <cstring>

#include "core/error.h"
#include "infer/scored_sequence.h"
#include "model/rotary_frequencies.h"

namespace llmops::infer {
namespace {

/// Steps of the plan looked at beyond the first that waits, for some that are ready.
constexpr std::size_t kLookAhead = 512;

/// Each turns by its own length, so that its scores do not depend on the others of the call.
std::vector<std::int64_t> turning_lengths(const ScoreCall& call, const model::ModelConfig& config) {
  std::vector<std::int64_t> found;
  for (const auto& sequence : call.sequences()) {
    found.push_back(model::turning_length(config, static_cast<std::int64_t>(sequence.size()) - 1));
  }
  return found;
}

}  // namespace

ScoreRun::ScoreRun(std::shared_ptr<ScoreCall> call, KvBlocks& blocks, model::KvStore& store,
                   const model::ModelConfig& config, int adapter)
    : call_(std::move(call)),
      blocks_(blocks),
      store_(store),
      layers_(config.layers),
      adapter_(adapter),
      plan_(plan_scores(call_->sequences(), turning_lengths(*call_, config))),
      states_(plan_.size(), State::kWaiting),
      members_(plan_.size()) {}

ScoreRun::~ScoreRun() { abandon(); }

void ScoreRun::abandon(std::exception_ptr error) {
  if (ended_) return;
  ended_ = true;
  running_.clear();
  members_.clear();
  call_->finish(std::move(error));
}

bool ScoreRun::ready(std::size_t step) const {
  return states_[step] == State::kWaiting && (plan_[step].shared == 0 || states_[plan_[step].donor] == State::kDone);
}

void ScoreRun::copy_block(KvBlocks::Block from, KvBlocks::Block to) const {
  if (from == to) return;
  for (int i = 0; i < layers_; ++i) {
    const ops::CacheLayer layer = store_.layer(i);
    std::memcpy(layer.blocks + static_cast<std::size_t>(to) * layer.stride,
                layer.blocks + static_cast<std::size_t>(from) * layer.stride, layer.block_bytes());
  }
}

/// Begins with the donor's scores, and its blocks where it still has them.
bool ScoreRun::fork(std::size_t step, ScoredSequence& member) {
  const ScoredSequence& donor = *members_[plan_[step].donor];
  const std::size_t shared = plan_[step].shared;
  member.take_scores(donor, shared);
  if (shared == rows(step) || donor.table().stored() < static_cast<std::int64_t>(shared)) return true;
  const auto copy = member.table().fork(donor.table(), static_cast<std::int64_t>(shared));
  if (copy) copy_block(copy->first, copy->second);
  return copy.has_value();
}

void ScoreRun::leave_donor(std::size_t step) {
  const std::size_t donor = plan_[step].donor;
  if (plan_[step].shared > 0 && --plan_[donor].sharers == 0) members_[donor].reset();
}

/// @returns false where there are not enough blocks
bool ScoreRun::admit(std::size_t step) {
  auto member = std::make_unique<ScoredSequence>(call_->sequences()[plan_[step].sequence], blocks_, adapter_);
  if (plan_[step].shared > 0 && !fork(step, *member)) return false;
  if (member->done()) {  // the same sequence was there before
    deliver(step, *member);
  } else {
    if (!member->table().reserve(static_cast<std::int64_t>(rows(step)))) return false;
    members_[step] = std::move(member);
    states_[step] = State::kRunning;
    running_.push_back(step);
  }
  leave_donor(step);
  while (next_ < states_.size() && states_[next_] != State::kWaiting) ++next_;
  return true;
}

void ScoreRun::add_piece(ScoredSequence& member, std::int64_t& budget, std::vector<StepPiece>& pieces) const {
  const auto all = static_cast<std::int64_t>(member.tokens().size());
  if (budget == 0 || !member.table().reserve(all)) return;
  const std::int64_t begin = member.table().stored();
  const std::int64_t end = std::min(all, begin + budget);
  budget -= end - begin;
  pieces.push_back({&member, begin, end});
}

void ScoreRun::plan(std::int64_t budget, std::vector<StepPiece>& pieces) {
  if (ended_ || call_->stopped()) return abandon();
  for (const std::size_t step : running_) add_piece(*members_[step], budget, pieces);
  const std::size_t end = std::min(plan_.size(), next_ + kLookAhead);
  for (std::size_t step = next_; step < end && budget > 0; ++step) {
    if (!ready(step)) continue;
    if (!admit(step)) break;
    if (states_[step] == State::kRunning) add_piece(*members_[step], budget, pieces);
  }
  // Nobody runs who would let blocks go one day.
  if (pieces.empty() && give_back_donors()) plan(budget, pieces);
}

void ScoreRun::deliver(std::size_t step, const ScoredSequence& scored) {
  states_[step] = State::kDone;
  call_->deliver(plan_[step].sequence, scored.score());
}

bool ScoreRun::sweep() {
  for (const std::size_t step : running_) {
    ScoredSequence& member = *members_[step];
    if (!member.error().empty()) {
      abandon(std::make_exception_ptr(InputError(member.error())));
      return true;
    }
    if (!member.done()) continue;
    deliver(step, member);
    if (plan_[step].sharers == 0) members_[step].reset();
  }
  std::erase_if(running_, [&](std::size_t step) { return states_[step] == State::kDone; });
  if (next_ == plan_.size() && running_.empty()) abandon();
  return ended_;
}

bool ScoreRun::give_back_donors() {
  bool held = false;
  for (std::size_t step = 0; step < members_.size(); ++step) {
    if (members_[step] == nullptr || states_[step] != State::kDone) continue;
    held = held || !members_[step]->table().blocks().empty();
    members_[step]->table().clear();
  }
  return held;
}

bool ScoreRun::give_back() {
  if (ended_) return false;
  if (give_back_donors()) return true;
  for (auto step = running_.rbegin(); step != running_.rend(); ++step) {
    BlockTable& table = members_[*step]->table();
    if (table.blocks().empty()) continue;
    table.clear();
    return true;
  }
  return false;
}

}  // namespace llmops::infer
