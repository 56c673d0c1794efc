// What callers ask of the engine: checks, queueing, and waiting for whole batches.
#include <fmt/format.h>

#include <chrono>

#include "core/cancel.h"
#include "core/error.h"
#include "infer/step_engine.h"

namespace llmops::infer {
namespace {

/// Results of one generate() call, filled by the engine's thread.
struct Batch {
  explicit Batch(std::size_t count) : results(count) {}

  std::mutex mutex;
  std::condition_variable changed;
  std::vector<GenerateResult> results;
  std::size_t done = 0;
  std::string error;  ///< of the first request that failed

  GenerateCallbacks callbacks(const std::shared_ptr<Batch>& self, std::size_t index) {
    GenerateCallbacks made;
    made.on_done = [self, index](const GenerateResult& result) {
      const std::lock_guard lock(self->mutex);
      self->results[index] = result;
      ++self->done;
      self->changed.notify_all();
    };
    made.on_error = [self](const std::string& message) {
      const std::lock_guard lock(self->mutex);
      if (self->error.empty()) self->error = message;
      ++self->done;
      self->changed.notify_all();
    };
    return made;
  }
};

}  // namespace

void StepEngine::check_tokens(std::span<const TokenId> tokens, const char* what) const {
  for (const TokenId token : tokens) {
    if (token >= 0 && token < model_.info.vocab_size) continue;
    throw InputError(fmt::format("{} has token {}, the vocabulary has {}", what, token, model_.info.vocab_size),
                     "the tokenizer does not belong to this model");
  }
}

void StepEngine::check_request(const GenerateRequest& request) const {
  if (request.prompt.empty()) throw InputError("prompt is empty", "give at least one token, such as the model's BOS");
  if (request.prompt.size() >= static_cast<std::size_t>(model_.info.context_length)) {
    throw InputError(fmt::format("prompt has {} tokens, the context holds {} with the answer", request.prompt.size(),
                                 model_.info.context_length));
  }
  check_tokens(request.prompt, "prompt");
  check_sampling(request.sampling);
  const std::lock_guard lock(mutex_);
  if (request.adapter && (*request.adapter < -1 || *request.adapter >= adapters_))
    throw InputError(fmt::format("there is no adapter {}, of {}", *request.adapter, adapters_));
}

/// The decoder serves one caller at a time: the engine's thread reads the adapter between steps.
int StepEngine::add_adapter(const std::string& path) {
  std::packaged_task<int()> errand([this, path] {
    const int number = model_.decoder->add_adapter(path);
    const std::lock_guard lock(mutex_);
    adapters_ = number + 1;
    return number;
  });
  std::future<int> number = errand.get_future();
  {
    const std::lock_guard lock(mutex_);
    errands_.push_back(std::move(errand));
  }
  wake_.notify_all();
  return number.get();
}

Engine::RequestId StepEngine::submit(GenerateRequest request, GenerateCallbacks callbacks) {
  check_request(request);
  if (request.grammar) {
    request.constraint = [grammar = grammars_.compile(*request.grammar)] {
      return std::make_unique<GrammarConstraint>(grammar);
    };
  }
  RequestId id = 0;
  {
    const std::lock_guard lock(mutex_);
    id = ++last_id_;
  }
  // Before it is queued: the caller's constraint is made here.
  auto sequence =
      std::make_unique<GeneratingSequence>(id, std::move(request), std::move(callbacks), setting_, blocks_, counts_);
  {
    const std::lock_guard lock(mutex_);
    arrived_.push_back(std::move(sequence));
    ++stats_.waiting;
  }
  wake_.notify_all();
  return id;
}

void StepEngine::cancel(RequestId id) {
  {
    const std::lock_guard lock(mutex_);
    cancelled_.insert(id);
  }
  wake_.notify_all();
}

EngineStats StepEngine::stats() const {
  const std::lock_guard lock(mutex_);
  return stats_;
}

std::vector<GenerateResult> StepEngine::generate(std::span<const GenerateRequest> requests,
                                                 const std::function<void(std::size_t)>& on_done) {
  for (const GenerateRequest& request : requests) check_request(request);
  const auto batch = std::make_shared<Batch>(requests.size());
  std::vector<RequestId> ids;
  for (const GenerateRequest& request : requests) ids.push_back(submit(request, batch->callbacks(batch, ids.size())));
  std::size_t told = 0;
  bool interrupted = false;
  const auto cancel_all = [&] {
    for (const RequestId id : ids) cancel(id);
  };
  std::unique_lock lock(batch->mutex);
  while (batch->done < requests.size()) {
    batch->changed.wait_for(lock, std::chrono::milliseconds(50));
    const std::size_t done = batch->done;
    lock.unlock();
    if (cancel_requested() && !std::exchange(interrupted, true)) cancel_all();
    try {
      if (on_done && done != told) on_done(told = done);
    } catch (...) {
      cancel_all();  // nobody waits for the answers any more
      throw;
    }
    lock.lock();
  }
  if (interrupted) throw Interrupted();
  if (!batch->error.empty()) throw InputError(batch->error);
  return std::move(batch->results);
}

std::vector<SequenceScore> StepEngine::score(std::span<const std::vector<TokenId>> sequences,
                                             const std::function<void(std::size_t)>& on_done) {
  // The last token is only compared with: it needs no position.
  const std::size_t most = static_cast<std::size_t>(model_.info.context_length) + 1;
  for (std::size_t i = 0; i < sequences.size(); ++i) {
    const std::string what = fmt::format("sequence {}", i);
    if (sequences[i].size() < 2 || sequences[i].size() > most) {
      throw InputError(fmt::format("{} has {} tokens, expected 2 to {}", what, sequences[i].size(), most));
    }
    check_tokens(sequences[i], what.c_str());
  }
  if (sequences.empty()) return {};
  const auto call = std::make_shared<ScoreCall>(sequences);
  auto scoring = std::make_unique<ScoreRun>(call, blocks_, store_, model_.decoder->config(), setting_.adapter);
  {
    const std::lock_guard lock(mutex_);
    arrived_scoring_.push_back(std::move(scoring));
  }
  wake_.notify_all();
  return call->wait(on_done);
}

}  // namespace llmops::infer
