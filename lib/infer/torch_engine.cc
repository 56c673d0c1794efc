// The engine's thread: admission, cancellation, steps.
#include "infer/torch_engine.h"

#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>

#include "core/process.h"
#include "infer/batch_step.h"
#include "infer/open_engine.h"
#include "infer/score_job.h"

namespace llmops::infer {
namespace {

/// Prompt tokens of one step: enough for full speed of the matrix products, and a pause that those who generate can
/// bear.
constexpr std::int64_t kPromptBudget = 512;

}  // namespace

std::unique_ptr<Engine> open_engine(const EngineOptions& options) {
  return std::make_unique<TorchEngine>(load_model(options), options);
}

TorchEngine::TorchEngine(LoadedModel model, const EngineOptions& options)
    : model_(std::move(model)), options_(options), thread_([this] { run(); }) {}

TorchEngine::~TorchEngine() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void TorchEngine::run() {
  at::set_num_threads(options_.threads > 0 ? options_.threads : available_processors());
  const at::NoGradGuard no_grad;
  while (take_work()) {
    apply_cancellations();
    if (!running_.empty()) step();
    score_step();
  }
  end_all();
}

bool TorchEngine::take_work() {
  std::unique_lock lock(mutex_);
  std::erase_if(running_, [](const auto& sequence) { return sequence->finished(); });
  publish_stats();
  wake_.wait(lock, [&] {
    return stopping_ || !running_.empty() || !waiting_.empty() || !score_jobs_.empty() || !cancelled_.empty();
  });
  while (!stopping_ && !waiting_.empty() && static_cast<int>(running_.size()) < std::max(1, options_.max_batch)) {
    running_.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  publish_stats();
  return !stopping_;
}

void TorchEngine::publish_stats() {
  std::int64_t held = 0;
  for (const auto& sequence : running_) held += sequence->cache().length;
  stats_.running = static_cast<int>(running_.size());
  stats_.waiting = static_cast<int>(waiting_.size());
  stats_.cache_usage = static_cast<double>(held) / (static_cast<double>(std::max(1, options_.max_batch)) *
                                                    static_cast<double>(model_.info.context_length));
}

void TorchEngine::apply_cancellations() {
  std::vector<std::unique_ptr<Sequence>> never_started;
  std::set<RequestId> ids;
  {
    const std::lock_guard lock(mutex_);
    ids.swap(cancelled_);
    for (auto& sequence : waiting_) {
      if (ids.contains(sequence->id())) never_started.push_back(std::move(sequence));
    }
    std::erase(waiting_, nullptr);
  }
  for (const auto& sequence : never_started) sequence->cancel();
  for (const auto& sequence : running_) {
    if (ids.contains(sequence->id())) sequence->cancel();
  }
  std::erase_if(running_, [](const auto& sequence) { return sequence->finished(); });
}

void TorchEngine::step() {
  try {
    run_step(model_.decoder, running_, kPromptBudget);
  } catch (const std::exception& error) {  // e.g. no memory: whose fault it was cannot be told
    for (const auto& sequence : running_) sequence->fail(error.what());
  }
}

void TorchEngine::score_step() {
  std::shared_ptr<ScoreJob> job;
  {
    const std::lock_guard lock(mutex_);
    if (score_jobs_.empty()) return;
    job = score_jobs_.front();
  }
  if (job->advance(model_.decoder)) return;
  const std::lock_guard lock(mutex_);
  score_jobs_.pop_front();
}

void TorchEngine::end_all() {
  std::deque<std::unique_ptr<Sequence>> waiting;
  {
    const std::lock_guard lock(mutex_);
    waiting.swap(waiting_);
    for (const auto& job : score_jobs_) job->abandon();
    score_jobs_.clear();
  }
  for (const auto& sequence : running_) sequence->cancel();
  for (const auto& sequence : waiting) sequence->cancel();
}

}  // namespace llmops::infer
