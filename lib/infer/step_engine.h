// The engine: requests queue, one thread runs steps over those that fit.
#pragma once

#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>

#include "infer/drafter.h"
#include "infer/engine_model.h"
#include "infer/grammar_compiler.h"
#include "infer/kv_cache_plan.h"
#include "infer/scheduler.h"
#include "infer/step_runner.h"

namespace llmops::infer {

class StepEngine final : public Engine {
 public:
  /// @throws UsageError  for options that do not hold
  StepEngine(EngineModel model, const EngineOptions& options);
  /// Ends what runs as "cancelled".
  ~StepEngine() override;

  const ModelInfo& info() const override { return model_.info; }
  const text::Tokenizer& tokenizer() const override { return *model_.tokenizer; }
  const text::ChatTemplate* chat_template() const override { return model_.chat_template.get(); }

  int add_adapter(const std::string& path) override;
  RequestId submit(GenerateRequest request, GenerateCallbacks callbacks) override;
  void cancel(RequestId id) override;
  EngineStats stats() const override;
  std::vector<GenerateResult> generate(std::span<const GenerateRequest> requests,
                                       const std::function<void(std::size_t)>& on_done) override;
  std::vector<SequenceScore> score(std::span<const std::vector<TokenId>> sequences,
                                   const std::function<void(std::size_t)>& on_done) override;

 private:
  void check_tokens(std::span<const TokenId> tokens, const char* what) const;
  void check_request(const GenerateRequest& request) const;
  void run();                 ///< the thread
  bool take_work();           ///< waits for work and takes it over; false when the engine is to end
  bool has_arrivals() const;  ///< with mutex_ held
  void step();
  void fail(std::span<const StepPiece> pieces, const std::string& message);
  void publish_stats();  ///< with mutex_ held

  EngineModel model_;
  GrammarCompiler grammars_;
  KvCachePlan cache_;
  model::KvStore store_;
  KvBlocks blocks_;
  std::unique_ptr<Drafter> drafter_;  ///< null: nothing is guessed
  GenerationSetting setting_;
  EngineCounts counts_;
  Scheduler scheduler_;
  StepRunner runner_;

  mutable std::mutex mutex_;  ///< guards what follows, up to the empty line
  std::condition_variable wake_;
  std::vector<std::unique_ptr<GeneratingSequence>> arrived_;
  std::vector<std::unique_ptr<ScoreRun>> arrived_scoring_;
  std::set<RequestId> cancelled_;
  std::vector<std::packaged_task<int()>> errands_;  ///< for the thread, between steps
  int adapters_ = 0;
  EngineStats stats_;
  RequestId last_id_ = 0;
  bool stopping_ = false;

  std::thread thread_;  ///< last: it uses all of the above
};

}  // namespace llmops::infer
