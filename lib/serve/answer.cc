// One completion request under way.
#include "serve/answer.h"

#include <algorithm>
#include <new>

#include "core/error.h"
#include "serve/openai_logprobs.h"

namespace llmops::serve {
namespace {

constexpr int kClientClosedRequest = 499;  // nginx's number for a client that left

}  // namespace

Answer::Answer(AnswerServices services, CompletionCall call, AnswerHead head, registry::ServedRequest record,
               Clock::time_point arrived, std::shared_ptr<ReplyWriter> writer, OnFinished on_finished)
    : services_(services),
      call_(std::move(call)),
      head_(std::move(head)),
      arrived_(arrived),
      writer_(std::move(writer)),
      on_finished_(std::move(on_finished)),
      record_(std::move(record)) {}

void Answer::start(std::vector<infer::GenerateRequest> requests) {
  {
    const std::lock_guard lock(mutex_);
    choices_.resize(requests.size());
    for (std::size_t i = 0; i < requests.size(); ++i) {
      choices_[i].prompt_tokens = static_cast<int>(requests[i].prompt.size());
    }
    open_choices_ = requests.size();
  }
  writer_->on_closed([self = shared_from_this()](bool delivered) { self->on_closed(delivered); });
  if (!enter_queue()) return;
  for (std::size_t i = 0; i < requests.size(); ++i) submit(i, std::move(requests[i]));
}

bool Answer::enter_queue() {
  const std::lock_guard lock(mutex_);
  std::int64_t prompt_tokens = 0;
  for (const ChoiceState& choice : choices_) prompt_tokens += choice.prompt_tokens;
  try {
    services_.admission.enter(static_cast<int>(choices_.size()), prompt_tokens);
    return true;
  } catch (const ApiError& error) {
    for (ChoiceState& choice : choices_)
      choice = {choice.prompt_tokens, 0, /*waiting=*/false, /*done=*/true, {}, {}, 0};
    open_choices_ = 0;
    send_error(error);
    return false;
  }
}

void Answer::submit(std::size_t index, infer::GenerateRequest request) {
  infer::GenerateCallbacks callbacks;
  const auto self = shared_from_this();
  callbacks.on_token = [self, index](const std::string& text, std::span<const infer::TokenLogprob> tokens) {
    self->on_token(index, text, tokens);
  };
  callbacks.on_done = [self, index](const infer::GenerateResult& result) { self->on_done(index, result); };
  callbacks.on_error = [self, index](const std::string& message) { self->on_error(index, message); };
  {
    std::unique_lock lock(mutex_);
    if (cancelled_) {  // before this choice was queued
      lock.unlock();
      infer::GenerateResult none;
      none.finish_reason = "cancelled";
      return on_done(index, none);
    }
  }
  try {
    const auto id = services_.engine.submit(std::move(request), std::move(callbacks));
    std::unique_lock lock(mutex_);
    submitted_.push_back(id);
    if (cancelled_) cancel_engine(lock);  // meanwhile
  } catch (const InputError& error) {
    fail(index, ApiError(400, "invalid_request_error", error.what()));
  } catch (const std::bad_alloc&) {
    fail(index, out_of_memory());
  } catch (const std::exception& error) {
    fail(index, ApiError(500, "server_error", error.what()));
  }
}

void Answer::fail(std::size_t index, const ApiError& error) {
  std::unique_lock lock(mutex_);
  if (!failure_) failure_ = std::make_unique<ApiError>(error);
  finish_choice(index);
  finish_if_over(lock);
}

void Answer::on_token(std::size_t index, const std::string& text, std::span<const infer::TokenLogprob> tokens) {
  const std::lock_guard lock(mutex_);
  ChoiceState& choice = choices_[index];
  observe_token(choice);
  if (!call_.stream || cancelled_) return;
  open_stream();
  const bool with_logprobs = call_.logprobs && !tokens.empty();
  if (text.empty() && !with_logprobs) return;
  Json logprobs = nullptr;
  if (with_logprobs) logprobs = logprobs_json(call_.route, tokens, services_.engine.tokenizer(), choice.streamed);
  writer_->write(text_frame(head_, static_cast<int>(index), text, logprobs));
}

void Answer::on_done(std::size_t index, const infer::GenerateResult& result) {
  std::unique_lock lock(mutex_);
  ChoiceState& choice = choices_[index];
  choice.result = result;
  choice.tokens = static_cast<int>(result.tokens.size());
  record_.queue_ms = std::max(record_.queue_ms, result.queue_s * 1000);
  services_.metrics.queued(result.queue_s);
  if (result.finish_reason == "cancelled" && !failure_) {
    failure_ =
        std::make_unique<ApiError>(503, "server_error", "the request was cancelled: the server is shutting down");
  }
  finish_choice(index);
  finish_if_over(lock);
}

void Answer::on_error(std::size_t index, const std::string& message) {
  fail(index, ApiError(500, "server_error", message));
}

void Answer::on_closed(bool delivered) {
  std::unique_lock lock(mutex_);
  closed_ = true;
  fill_record(delivered);
  if (!delivered && open_choices_ > 0) {
    cancelled_ = true;
    cancel_engine(lock);
  }
  finish_if_over(lock);
}

void Answer::cancel() {
  std::unique_lock lock(mutex_);
  cancelled_ = true;
  cancel_engine(lock);
}

// The engine takes its own lock, and may hold it while it calls back into this answer: never call it with ours held.
void Answer::cancel_engine(std::unique_lock<std::mutex>& lock) {
  const auto ids = submitted_;
  lock.unlock();
  for (const auto id : ids) services_.engine.cancel(id);
  lock.lock();
}

double Answer::seconds_since_arrival() const { return std::chrono::duration<double>(Clock::now() - arrived_).count(); }

void Answer::leave_queue(ChoiceState& choice) {
  if (!std::exchange(choice.waiting, false)) return;
  services_.admission.leave(1, choice.prompt_tokens, choice.tokens > 0 ? seconds_since_arrival() : 0);
}

void Answer::observe_token(ChoiceState& choice) {
  const auto now = Clock::now();
  if (choice.tokens++ > 0) {
    services_.metrics.next_token(std::chrono::duration<double>(now - choice.last_token).count());
  } else {
    services_.metrics.first_token(seconds_since_arrival());
    if (record_.first_token_ms == 0) record_.first_token_ms = seconds_since_arrival() * 1000;
  }
  choice.last_token = now;
  leave_queue(choice);
}

void Answer::open_stream() {
  if (std::exchange(streaming_, true)) return;
  Reply head;
  head.content_type = "text/event-stream; charset=utf-8";
  head.headers = {{"Cache-Control", "no-cache"}, {"X-Accel-Buffering", "no"}};  // nginx would hold back small frames
  writer_->begin_stream(std::move(head));
  std::string frames;
  for (std::size_t i = 0; i < choices_.size(); ++i) frames += open_frame(head_, static_cast<int>(i));
  if (!frames.empty()) writer_->write(std::move(frames));
}

void Answer::finish_choice(std::size_t index) {
  ChoiceState& choice = choices_[index];
  if (std::exchange(choice.done, true)) return;
  leave_queue(choice);
  --open_choices_;
  if (call_.stream && !failure_) {
    open_stream();
    writer_->write(finish_frame(head_, static_cast<int>(index), choice.result.finish_reason));
  }
  if (open_choices_ == 0) send_reply();
}

Usage Answer::usage() const {
  Usage usage;
  for (std::size_t i = 0; i < choices_.size(); ++i) {
    usage.completion_tokens += choices_[i].tokens;
    // Choices of one prompt share it; what the later ones found was there because of the first.
    if (i % static_cast<std::size_t>(call_.choices) != 0) continue;
    usage.prompt_tokens += choices_[i].prompt_tokens;
    usage.cached_tokens += choices_[i].result.cached_tokens;
  }
  return usage;
}

void Answer::send_reply() {
  if (failure_) return send_error(*failure_);
  if (call_.stream) {
    if (head_.include_usage) writer_->write(usage_frame(head_, usage()));
    writer_->write(kDoneFrame);
    return writer_->end();
  }
  std::vector<Choice> choices;
  for (const ChoiceState& choice : choices_) {
    Json logprobs = nullptr;
    std::size_t offset = 0;
    if (call_.logprobs)
      logprobs = logprobs_json(call_.route, choice.result.logprobs, services_.engine.tokenizer(), offset);
    choices.push_back({choice.result.text, choice.result.finish_reason, std::move(logprobs)});
  }
  Reply reply;
  reply.body = dump_json(whole_answer(head_, choices, usage()));
  writer_->send(std::move(reply));
}

void Answer::send_error(const ApiError& error) {
  if (closed_) return;  // nobody listens, and the record already says why
  record_.status = error.status();
  record_.error = error.what();
  if (!streaming_) return writer_->send(error.reply());
  writer_->write(error_frame(error));
  writer_->write(kDoneFrame);
  writer_->end();
}

void Answer::fill_record(bool delivered) {
  record_.latency_ms = seconds_since_arrival() * 1000;
  if (!delivered) {
    record_.status = kClientClosedRequest;
    record_.error = "the client closed the connection";
    record_.finish_reason = "cancelled";
  }
}

void Answer::finish_if_over(std::unique_lock<std::mutex>& lock) {
  if (!closed_ || open_choices_ > 0 || std::exchange(finished_, true)) return;
  const Usage used = usage();
  record_.prompt_tokens = used.prompt_tokens;
  record_.completion_tokens = used.completion_tokens;
  if (record_.finish_reason.empty() && !failure_) record_.finish_reason = choices_.front().result.finish_reason;
  if (services_.record_content) {
    Json texts = Json::array();
    for (const ChoiceState& choice : choices_) texts.push_back(choice.result.text);
    record_.response = texts.size() == 1 ? texts[0].get<std::string>() : dump_json(texts);
  }
  const auto record = std::move(record_);
  const auto callback = std::move(on_finished_);
  lock.unlock();
  callback(shared_from_this(), record);
  lock.lock();
}

}  // namespace llmops::serve
