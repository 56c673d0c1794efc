// An engine whose every score and answer is known: bytes are tokens, log-probabilities come from a function.
#pragma once

#include <cmath>
#include <functional>
#include <stdexcept>
#include <string>

#include "infer/engine.h"

namespace llmops::eval::fake {

constexpr text::TokenId kBos = 256;

/// One token a byte; 256 is BOS (and EOS).
class ByteTokenizer : public text::Tokenizer {
 public:
  std::vector<text::TokenSpan> encode_with_spans(std::string_view text, bool add_special) const override {
    std::vector<text::TokenSpan> spans;
    if (add_special) spans.push_back({kBos, 0, 0});
    for (std::size_t i = 0; i < text.size(); ++i) spans.push_back({static_cast<unsigned char>(text[i]), i, i + 1});
    return spans;
  }
  std::string token_bytes(text::TokenId id, bool) const override {
    return id == kBos ? "" : std::string(1, static_cast<char>(id));
  }
  std::string decode(std::span<const text::TokenId> ids, bool skip_special) const override {
    std::string text;
    for (const text::TokenId id : ids) text += token_bytes(id, skip_special);
    return text;
  }
  int vocab_size() const override { return 257; }
  std::optional<text::TokenId> token_to_id(std::string_view token) const override {
    return token.size() == 1 ? std::optional<text::TokenId>(static_cast<unsigned char>(token[0])) : std::nullopt;
  }
  std::string id_to_token(text::TokenId id) const override { return id == kBos ? "<s>" : token_bytes(id, false); }
  bool is_special(text::TokenId id) const override { return id == kBos; }
  std::optional<text::TokenId> bos_id() const override { return kBos; }
  std::optional<text::TokenId> eos_id() const override { return kBos; }
  std::string fingerprint() const override { return "bytes"; }
};

class FakeEngine : public infer::Engine {
 public:
  /// Log-probability of tokens[at] after those before it.
  std::function<float(std::span<const text::TokenId> tokens, std::size_t at)> logprob =
      [](std::span<const text::TokenId>, std::size_t) { return -1.0f; };
  std::function<bool(text::TokenId)> greedy = [](text::TokenId) { return true; };
  std::function<std::string(const std::string& prompt)> answer = [](const std::string&) { return "yes"; };
  std::vector<std::vector<text::TokenId>> scored;  ///< what was asked, for tests to look at
  std::vector<infer::GenerateRequest> asked;

  explicit FakeEngine(int context = 1000) { info_.context_length = context; }

  const infer::ModelInfo& info() const override { return info_; }
  const text::Tokenizer& tokenizer() const override { return tokenizer_; }
  const text::ChatTemplate* chat_template() const override { return nullptr; }
  RequestId submit(infer::GenerateRequest, infer::GenerateCallbacks) override { throw std::logic_error("not used"); }
  void cancel(RequestId) override {}
  infer::EngineStats stats() const override { return {}; }

  std::vector<infer::GenerateResult> generate(std::span<const infer::GenerateRequest> requests,
                                              const std::function<void(std::size_t)>& on_done) override {
    std::vector<infer::GenerateResult> results;
    for (const infer::GenerateRequest& request : requests) {
      asked.push_back(request);
      infer::GenerateResult& result = results.emplace_back();
      result.text = answer(tokenizer_.decode(request.prompt, true));
      result.tokens.resize(result.text.size());
      result.finish_reason = "stop";
      if (on_done) on_done(results.size());
    }
    return results;
  }

  std::vector<infer::SequenceScore> score(std::span<const std::vector<text::TokenId>> sequences,
                                          const std::function<void(std::size_t)>& on_done) override {
    std::vector<infer::SequenceScore> scores;
    for (const auto& sequence : sequences) {
      if (sequence.size() < 2 || sequence.size() > static_cast<std::size_t>(info_.context_length)) {
        throw std::logic_error("a sequence of " + std::to_string(sequence.size()) + " tokens was asked for");
      }
      scored.push_back(sequence);
      infer::SequenceScore& score = scores.emplace_back();
      for (std::size_t i = 1; i < sequence.size(); ++i) {
        score.logprobs.push_back(logprob(sequence, i));
        score.greedy.push_back(greedy(sequence[i]));
      }
      if (on_done) on_done(scores.size());
    }
    return scores;
  }

 private:
  infer::ModelInfo info_;
  ByteTokenizer tokenizer_;
};

}  // namespace llmops::eval::fake
