// An engine without a model: it answers every request with a script, a token (byte) a step, and says that all of the
// prompt but its last token was in the cache.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <new>
#include <set>
#include <string>
#include <thread>

#include "core/error.h"
#include "infer/engine.h"

namespace llmops::serve::testing {

/// One token a byte.
class ByteTokenizer : public text::Tokenizer {
 public:
  std::vector<text::TokenSpan> encode_with_spans(std::string_view text, bool) const override {
    std::vector<text::TokenSpan> spans;
    for (std::size_t i = 0; i < text.size(); ++i) spans.push_back({static_cast<unsigned char>(text[i]), i, i + 1});
    return spans;
  }
  std::string token_bytes(text::TokenId id, bool) const override { return std::string(1, static_cast<char>(id)); }
  std::string decode(std::span<const text::TokenId> ids, bool) const override {
    std::string text;
    for (const auto id : ids) text += static_cast<char>(id);
    return text;
  }
  int vocab_size() const override { return 256; }
  std::optional<text::TokenId> token_to_id(std::string_view) const override { return {}; }
  std::string id_to_token(text::TokenId id) const override { return token_bytes(id, false); }
  bool is_special(text::TokenId) const override { return false; }
  std::optional<text::TokenId> bos_id() const override { return {}; }
  std::optional<text::TokenId> eos_id() const override { return {}; }
  std::string fingerprint() const override { return "bytes"; }
};

class FakeEngine : public infer::Engine {
 public:
  explicit FakeEngine(std::string script, std::chrono::milliseconds step = std::chrono::milliseconds(1))
      : script_(std::move(script)), step_(step), thread_([this] { run(); }) {
    info_.context_length = 512;
    info_.vocab_size = 256;
  }
  ~FakeEngine() override {
    stop_ = true;
    thread_.join();
  }

  const infer::ModelInfo& info() const override { return info_; }
  const text::Tokenizer& tokenizer() const override { return tokenizer_; }
  const text::ChatTemplate* chat_template() const override { return chat_template_.get(); }

  RequestId submit(infer::GenerateRequest request, infer::GenerateCallbacks callbacks) override {
    if (request.prompt.empty()) throw InputError("empty prompt");
    if (out_of_memory.exchange(false)) throw std::bad_alloc();
    const std::lock_guard lock(mutex_);
    const RequestId id = next_id_++;
    last_request_ = request;
    Sequence& added = sequences_[id];
    added = {std::move(request), std::move(callbacks), {}, ""};
    added.result.cached_tokens = static_cast<int>(added.request.prompt.size()) - 1;
    return id;
  }
  void cancel(RequestId id) override {
    const std::lock_guard lock(mutex_);
    cancelled_.insert(id);
  }
  infer::EngineStats stats() const override {
    const std::lock_guard lock(mutex_);
    return {held_ ? 0 : static_cast<int>(sequences_.size()), held_ ? static_cast<int>(sequences_.size()) : 0, 0.25};
  }
  std::vector<infer::GenerateResult> generate(std::span<const infer::GenerateRequest>,
                                              const std::function<void(std::size_t)>&) override {
    throw InputError("not in this fake");
  }
  std::vector<infer::SequenceScore> score(std::span<const std::vector<text::TokenId>>,
                                          const std::function<void(std::size_t)>&) override {
    throw InputError("not in this fake");
  }

  void hold(bool held) { held_ = held; }  ///< no sequence gets a step
  void fail_next(std::string message) { fail_ = std::move(message); }
  void set_chat_template(std::unique_ptr<text::ChatTemplate> chat) { chat_template_ = std::move(chat); }
  std::size_t active() const {
    const std::lock_guard lock(mutex_);
    return sequences_.size();
  }
  infer::GenerateRequest last_request() const {
    const std::lock_guard lock(mutex_);
    return last_request_;
  }
  std::atomic<bool> out_of_memory{false};  ///< of the next request to come
  std::atomic<int> cancelled_count{0};
  std::atomic<int> finished_count{0};

 private:
  struct Sequence {
    infer::GenerateRequest request;
    infer::GenerateCallbacks callbacks;
    infer::GenerateResult result;
    std::string pending;  ///< bytes of a character that is not complete
  };

  static bool whole_characters(const std::string& bytes) {
    const auto lead = static_cast<unsigned char>(bytes[0]);
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    return bytes.size() >= length;
  }

  /// @returns whether the sequence is over
  bool step(RequestId id, Sequence& sequence) {
    if (cancelled_.erase(id) > 0) return finish(sequence, "cancelled");
    if (held_) return false;
    if (const std::string message = std::exchange(fail_, ""); !message.empty()) {
      sequence.callbacks.on_error(message);
      return true;
    }
    auto& tokens = sequence.result.tokens;
    if (tokens.size() == script_.size()) return finish(sequence, "stop");
    if (tokens.size() == static_cast<std::size_t>(sequence.request.sampling.max_tokens))
      return finish(sequence, "length");
    const char byte = script_[tokens.size()];
    tokens.push_back(static_cast<unsigned char>(byte));
    infer::TokenLogprob logprob{tokens.back(), -0.5F, {}};
    if (sequence.request.sampling.top_logprobs >= 0) {
      for (int i = 0; i < sequence.request.sampling.top_logprobs; ++i)
        logprob.top.emplace_back('A' + i, -1.0F - static_cast<float>(i));
      sequence.result.logprobs.push_back(logprob);
    }
    sequence.pending += byte;
    std::string text;
    if (whole_characters(sequence.pending)) text = std::exchange(sequence.pending, "");
    sequence.result.text += text;
    if (sequence.callbacks.on_token) sequence.callbacks.on_token(text, {&logprob, 1});
    return false;
  }

  bool finish(Sequence& sequence, const char* reason) {
    ++(std::string(reason) == "cancelled" ? cancelled_count : finished_count);
    sequence.result.finish_reason = reason;
    sequence.callbacks.on_done(sequence.result);
    return true;
  }

  // Callbacks run under the lock, as the strictest engine may do: a server that called back into it would hang.
  void run() {
    while (!stop_) {
      {
        const std::lock_guard lock(mutex_);
        for (auto at = sequences_.begin(); at != sequences_.end();) {
          at = step(at->first, at->second) ? sequences_.erase(at) : std::next(at);
        }
      }
      std::this_thread::sleep_for(step_);
    }
  }

  const std::string script_;
  const std::chrono::milliseconds step_;
  infer::ModelInfo info_;
  ByteTokenizer tokenizer_;
  std::unique_ptr<text::ChatTemplate> chat_template_;
  mutable std::mutex mutex_;
  RequestId next_id_ = 1;
  std::map<RequestId, Sequence> sequences_;
  std::set<RequestId> cancelled_;
  infer::GenerateRequest last_request_;
  std::atomic<bool> held_{false};
  std::string fail_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace llmops::serve::testing
