// One completion request under way: joins the engine's callbacks, the client's connection and the record of both.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "infer/engine.h"
#include "registry/requests.h"
#include "serve/admission.h"
#include "serve/http_message.h"
#include "serve/metrics.h"
#include "serve/openai_response.h"

namespace llmops::serve {

/// What all answers share; outlives them.
struct AnswerServices {
  infer::Engine& engine;
  Admission& admission;
  Metrics& metrics;
  bool record_content = true;
};

/// Ends when the engine is done with every choice and the connection with the reply, in whichever order; then calls
/// on_finished once, with the record. Engine callbacks, the connection and cancel() may come from any thread.
class Answer : public std::enable_shared_from_this<Answer> {
 public:
  using OnFinished = std::function<void(const std::shared_ptr<Answer>&, registry::ServedRequest)>;

  /// @param record  filled with what is known on arrival
  Answer(AnswerServices services, CompletionCall call, AnswerHead head, registry::ServedRequest record,
         Clock::time_point arrived, std::shared_ptr<ReplyWriter> writer, OnFinished on_finished);

  /// Queues the choices. Whatever goes wrong becomes the reply.
  void start(std::vector<infer::GenerateRequest> requests);
  /// Ends the answer within a step, with a 503 where the client still listens.
  void cancel();

 private:
  struct ChoiceState {
    int prompt_tokens = 0;
    int tokens = 0;
    bool waiting = true;  ///< counted in the queue until the first token
    bool done = false;
    Clock::time_point last_token{};
    infer::GenerateResult result;
    std::size_t streamed = 0;  ///< characters of the tokens whose log-probabilities were sent
  };

  bool enter_queue();
  void submit(std::size_t index, infer::GenerateRequest request);
  void on_token(std::size_t index, const std::string& text, std::span<const infer::TokenLogprob> tokens);
  void on_done(std::size_t index, const infer::GenerateResult& result);
  void on_error(std::size_t index, const std::string& message);
  void on_closed(bool delivered);
  void fail(std::size_t index, const ApiError& error);

  // These hold the lock.
  double seconds_since_arrival() const;
  void leave_queue(ChoiceState& choice);
  void observe_token(ChoiceState& choice);
  void open_stream();
  void finish_choice(std::size_t index);
  void send_reply();
  void send_error(const ApiError& error);
  Usage usage() const;
  void fill_record(bool delivered);
  void finish_if_over(std::unique_lock<std::mutex>& lock);
  void cancel_engine(std::unique_lock<std::mutex>& lock);

  AnswerServices services_;
  const CompletionCall call_;
  const AnswerHead head_;
  const Clock::time_point arrived_;
  std::shared_ptr<ReplyWriter> writer_;
  OnFinished on_finished_;

  std::mutex mutex_;
  registry::ServedRequest record_;
  std::vector<ChoiceState> choices_;
  std::vector<infer::Engine::RequestId> submitted_;
  std::size_t open_choices_ = 0;
  std::unique_ptr<ApiError> failure_;  ///< of the first choice that failed
  bool streaming_ = false;
  bool cancelled_ = false;
  bool closed_ = false;
  bool finished_ = false;
};

}  // namespace llmops::serve
