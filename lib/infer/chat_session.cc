#include "infer/chat_session.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>

#include "core/cancel.h"
#include "core/error.h"

namespace llmops::infer {
namespace {

/// What the engine's thread hands to the one that waits. Shared, because the engine may tell more after that one left.
struct Stream {
  std::mutex mutex;
  std::condition_variable changed;
  std::string text;  ///< not taken yet
  std::optional<GenerateResult> result;
  std::string error;

  static GenerateCallbacks callbacks(const std::shared_ptr<Stream>& stream) {
    GenerateCallbacks made;
    made.on_token = [stream](const std::string& text, std::span<const TokenLogprob>) {
      const std::lock_guard lock(stream->mutex);
      stream->text += text;
      stream->changed.notify_all();
    };
    made.on_done = [stream](const GenerateResult& result) {
      const std::lock_guard lock(stream->mutex);
      stream->result = result;
      stream->changed.notify_all();
    };
    made.on_error = [stream](const std::string& message) {
      const std::lock_guard lock(stream->mutex);
      stream->error = message;
      stream->changed.notify_all();
    };
    return made;
  }
};

Json message(const char* role, const std::string& content) { return {{"role", role}, {"content", content}}; }

}  // namespace

ChatSession::ChatSession(Engine& engine, SamplingOptions sampling, std::string system)
    : engine_(&engine), sampling_(std::move(sampling)), system_(std::move(system)) {
  use(engine);
}

void ChatSession::use(Engine& engine) {
  if (engine.chat_template() == nullptr) {
    throw InputError("the model has no chat template, so it cannot tell who said what",
                     "use 'llmops generate', or a model tuned for chat");
  }
  engine_ = &engine;
}

Json ChatSession::messages() const {
  Json all = Json::array();
  if (!system_.empty()) all.push_back(message("system", system_));
  for (const Json& each : messages_) all.push_back(each);
  return all;
}

void ChatSession::restore(const Json& messages, const std::string& origin) {
  if (!messages.is_array()) throw InputError(origin + ": expected a list of messages");
  Json rest = Json::array();
  for (const Json& each : messages) {
    const auto role = json_get<std::string>(each, "role", origin);
    const auto content = json_get<std::string>(each, "content", origin);
    if (role == "system" && rest.empty()) {
      system_ = content;
    } else {
      rest.push_back(message(role.c_str(), content));
    }
  }
  messages_ = std::move(rest);
}

std::vector<TokenId> ChatSession::prompt(int& forgotten) const {
  Json kept = messages();
  const std::size_t first = system_.empty() ? 0 : 1;
  const auto context = static_cast<std::size_t>(engine_->info().context_length);
  // A quarter of the context at most is kept free for the answer; a shorter one is cut at the context's end.
  const std::size_t room = std::min<std::size_t>(static_cast<std::size_t>(sampling_.max_tokens), context / 4);
  while (true) {
    const std::string text = engine_->chat_template()->render(kept, /*add_generation_prompt=*/true);
    std::vector<TokenId> tokens = engine_->tokenizer().encode(text, /*add_special=*/false);
    if (tokens.size() + room <= context) return tokens;
    if (kept.size() < first + 3) {
      throw InputError(fmt::format("the message makes a prompt of {} tokens, the context holds {} with the answer",
                                   tokens.size(), context));
    }
    const auto oldest = kept.begin() + static_cast<std::ptrdiff_t>(first);
    kept.erase(oldest, oldest + 2);  // a question and its answer
    forgotten += 2;
  }
}

ChatSession::Answer ChatSession::ask(const std::string& text, const std::function<void(const std::string&)>& on_text) {
  messages_.push_back(message("user", text));
  Answer answer;
  const auto stream = std::make_shared<Stream>();
  Engine::RequestId id = 0;
  try {
    GenerateRequest request{prompt(answer.forgotten), sampling_};
    answer.prompt_tokens = static_cast<int>(request.prompt.size());
    id = engine_->submit(std::move(request), Stream::callbacks(stream));
  } catch (...) {
    messages_.erase(messages_.size() - 1);
    throw;
  }
  std::unique_lock lock(stream->mutex);
  while (true) {
    const bool over = stream->result.has_value() || !stream->error.empty();
    const std::string fresh = std::exchange(stream->text, "");
    lock.unlock();
    if (!fresh.empty()) on_text(fresh);
    if (cancel_requested()) {
      clear_cancel();
      engine_->cancel(id);
    }
    lock.lock();
    if (over) break;
    if (stream->text.empty() && !stream->result && stream->error.empty()) {
      stream->changed.wait_for(lock, std::chrono::milliseconds(50));
    }
  }
  if (!stream->result) {
    messages_.erase(messages_.size() - 1);
    throw InputError(stream->error);
  }
  const GenerateResult& result = *stream->result;
  answer.text = result.text;
  answer.finish_reason = result.finish_reason;
  answer.tokens = static_cast<int>(result.tokens.size());
  answer.first_token_s = result.first_token_s;
  answer.total_s = result.total_s;
  messages_.push_back(message("assistant", answer.text));
  return answer;
}

std::string ChatSession::take_back() {
  if (messages_.size() < 2) return "";
  const auto question = messages_[messages_.size() - 2]["content"].get<std::string>();
  messages_.erase(messages_.size() - 1);
  messages_.erase(messages_.size() - 1);
  return question;
}

}  // namespace llmops::infer
