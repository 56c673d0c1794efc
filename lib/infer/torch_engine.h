// The engine on libtorch: requests queue, one thread runs steps over those that fit.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "infer/loaded_model.h"
#include "infer/score_job.h"
#include "infer/sequence.h"

namespace llmops::infer {

class TorchEngine final : public Engine {
 public:
  TorchEngine(LoadedModel model, const EngineOptions& options);
  /// Ends what runs as "cancelled".
  ~TorchEngine() override;

  const ModelInfo& info() const override { return model_.info; }
  const text::Tokenizer& tokenizer() const override { return *model_.tokenizer; }
  const text::ChatTemplate* chat_template() const override { return model_.chat_template.get(); }

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
  void run();        ///< the thread
  bool take_work();  ///< waits for work and admits it; false when the engine is to end
  void apply_cancellations();
  void step();
  void score_step();
  void end_all();
  void publish_stats();  ///< with mutex_ held

  LoadedModel model_;
  const EngineOptions options_;

  mutable std::mutex mutex_;  ///< guards what follows, up to the empty line
  std::condition_variable wake_;
  std::deque<std::unique_ptr<Sequence>> waiting_;
  std::set<RequestId> cancelled_;
  std::deque<std::shared_ptr<ScoreJob>> score_jobs_;
  EngineStats stats_;
  RequestId last_id_ = 0;
  bool stopping_ = false;

  std::vector<std::unique_ptr<Sequence>> running_;  ///< of the thread alone
  std::thread thread_;                              ///< last: it uses all of the above
};

}  // namespace llmops::infer
