// The engine's thread: taking requests over, steps, and what goes wrong in them.
#include "infer/step_engine.h"

#include <algorithm>
#include <new>

#include "core/error.h"
#include "infer/model_drafter.h"
#include "infer/prompt_lookup.h"

namespace llmops::infer {
namespace {

SchedulerLimits limits(const EngineOptions& options) {
  return {static_cast<std::size_t>(std::max(1, options.max_batch)), std::max(1, options.step_tokens)};
}

std::unique_ptr<Drafter> make_drafter(const EngineModel& model, const EngineOptions& options,
                                      const KvCachePlan& cache) {
  if (options.prompt_lookup > 0 && model.draft) {
    throw UsageError("guesses come of the text or of a draft model, not of both",
                     "leave out --prompt-lookup or --draft-model");
  }
  if (options.prompt_lookup > 0) return std::make_unique<LookupDrafter>();
  if (!model.draft) return nullptr;
  return std::make_unique<ModelDrafter>(*model.draft, *model.decoder, cache, limits(options).step_tokens);
}

std::size_t most_drafts(const EngineModel& model, const EngineOptions& options) {
  return static_cast<std::size_t>(std::max(0, model.draft ? options.draft_tokens : options.prompt_lookup));
}

}  // namespace

StepEngine::StepEngine(EngineModel model, const EngineOptions& options)
    : model_(std::move(model)),
      grammars_(*model_.tokenizer, model_.eos_ids),
      cache_(plan_kv_cache(options, model_.decoder->config(), model_.info.weights,
                           model_.draft ? &model_.draft->config() : nullptr)),
      store_(model_.decoder->config(), cache_.format, cache_.blocks),
      blocks_(cache_.blocks),
      drafter_(make_drafter(model_, options, cache_)),
      setting_{{model_.decoder->config(), static_cast<std::size_t>(cache_.context_length),
                model_.decoder->tells_prompts_apart()},
               *model_.tokenizer,
               model_.eos_ids,
               options.prefix_cache,
               most_drafts(model_, options),
               options.adapter.empty() ? -1 : 0,
               drafter_ ? drafter_->setting() : nullptr},
      scheduler_(blocks_, limits(options), counts_, drafter_.get()),
      runner_(*model_.decoder, store_),
      adapters_(options.adapter.empty() ? 0 : 1) {
  model_.info.context_length = cache_.context_length;
  model_.info.cache_tokens = static_cast<std::int64_t>(cache_.blocks) * ops::kBlockTokens;
  model_.info.cache_bytes = static_cast<std::int64_t>(cache_.blocks) * static_cast<std::int64_t>(store_.block_bytes());
  if (drafter_) stats_.guesses_by = drafter_->kind();
  thread_ = std::thread([this] { run(); });
}

StepEngine::~StepEngine() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void StepEngine::run() {
  while (take_work()) {
    if (scheduler_.has_work()) step();
  }
  scheduler_.close();
}

bool StepEngine::has_arrivals() const {
  return !arrived_.empty() || !arrived_scoring_.empty() || !cancelled_.empty() || !errands_.empty();
}

bool StepEngine::take_work() {
  std::set<RequestId> cancelled;
  std::vector<std::packaged_task<int()>> errands;
  {
    std::unique_lock lock(mutex_);
    publish_stats();
    wake_.wait(lock, [&] { return stopping_ || scheduler_.has_work() || has_arrivals(); });
    for (auto& sequence : arrived_) scheduler_.add(std::move(sequence));
    arrived_.clear();
    for (auto& scoring : arrived_scoring_) scheduler_.add(std::move(scoring));
    arrived_scoring_.clear();
    cancelled.swap(cancelled_);
    errands.swap(errands_);
    publish_stats();
    if (stopping_) return false;
  }
  scheduler_.cancel(cancelled);
  for (auto& errand : errands) errand();
  return true;
}

void StepEngine::publish_stats() {
  stats_.running = static_cast<int>(scheduler_.running());
  stats_.waiting = static_cast<int>(scheduler_.waiting() + arrived_.size());
  stats_.cache_usage = 1 - static_cast<double>(blocks_.available()) / blocks_.count();
  stats_.draft_cache_usage = drafter_ ? drafter_->cache_usage() : 0;
  stats_.counts = counts_;
}

/// Whose fault it was cannot be told. Without pieces it was nobody's in particular.
void StepEngine::fail(std::span<const StepPiece> pieces, const std::string& message) {
  if (pieces.empty()) scheduler_.fail_all(message);
  for (const StepPiece& piece : pieces) piece.member->fail(message);
}

void StepEngine::step() {
  std::span<const StepPiece> pieces;
  try {
    pieces = scheduler_.plan();
    if (!pieces.empty()) runner_.run(pieces);
    counts_.steps += pieces.empty() ? 0 : 1;
  } catch (const std::bad_alloc&) {
    fail(pieces, "not enough memory for a step of the requests that ran together");
  } catch (const std::exception& error) {
    fail(pieces, error.what());
  }
  scheduler_.sweep();
}

}  // namespace llmops::infer
