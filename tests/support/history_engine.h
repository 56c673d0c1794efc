// The engine on the decoder without weights, and what its answers must be.
#pragma once

#include <algorithm>
#include <cmath>
#include <future>
#include <memory>

#include "infer/sampler.h"
#include "infer/step_engine.h"
#include "support/history_decoder.h"
#include "support/letter_tokenizer.h"

namespace llmops::test {

struct HistoryEngine {
  /// @param unlike  of a draft model that guesses; none: there is none
  explicit HistoryEngine(infer::EngineOptions options = {}, int context = 512, std::optional<int> unlike = {},
                         int draft_context = 512) {
    infer::EngineModel model;
    auto made = std::make_unique<HistoryDecoder>(context, std::max(1, options.threads));
    decoder = made.get();
    model.decoder = std::move(made);
    if (unlike) {  // of a draft model
      auto guessing = std::make_unique<HistoryDecoder>(draft_context, std::max(1, options.threads));
      draft = guessing.get();
      draft->unlike = *unlike;
      model.draft = std::move(guessing);
    }
    model.tokenizer = std::make_unique<LetterTokenizer>();
    model.eos_ids = {HistoryDecoder::kEnd};
    model.info.vocab_size = HistoryDecoder::kVocabulary;
    options.cache_dtype = "f32";  // the decoder writes numbers that half precision does not hold
    engine = std::make_unique<infer::StepEngine>(std::move(model), options);
  }
  infer::Engine* operator->() const { return engine.get(); }

  HistoryDecoder* decoder = nullptr;
  HistoryDecoder* draft = nullptr;
  std::unique_ptr<infer::StepEngine> engine;
};

/// What a request must give, computed one token at a time without engine and cache.
inline infer::GenerateResult expected_answer(const infer::GenerateRequest& request, std::size_t context = 512) {
  infer::GenerateResult result;
  infer::Sampler sampler(request.sampling, request.prompt);
  std::vector<text::TokenId> tokens = request.prompt;
  while (true) {
    std::vector<float> logits = history_logits(tokens, request.prompt.size(), request.adapter.value_or(-1));
    const infer::TokenLogprob chosen = sampler.sample(logits);
    if (chosen.id == HistoryDecoder::kEnd && !request.sampling.ignore_eos) {
      result.finish_reason = "stop";
      return result;
    }
    tokens.push_back(chosen.id);
    result.tokens.push_back(chosen.id);
    if (request.sampling.top_logprobs >= 0) result.logprobs.push_back(chosen);
    const bool full = tokens.size() >= context;
    if (full || result.tokens.size() == static_cast<std::size_t>(request.sampling.max_tokens)) {
      result.finish_reason = "length";
      return result;
    }
  }
}

/// Log-probabilities of a sequence's own tokens.
inline std::vector<float> expected_logprobs(const std::vector<text::TokenId>& sequence) {
  std::vector<float> logprobs;
  for (std::size_t i = 1; i < sequence.size(); ++i) {
    const std::vector<float> logits = history_logits(std::span(sequence).first(i), i);
    double sum = 0;
    for (const float logit : logits) sum += std::exp(static_cast<double>(logit));
    logprobs.push_back(static_cast<float>(logits[static_cast<std::size_t>(sequence[i])] - std::log(sum)));
  }
  return logprobs;
}

/// What became of a request.
struct Outcome {
  infer::GenerateResult result;
  std::string error;  ///< "" for none
};

/// Submits a request whose end the future tells.
inline std::pair<infer::Engine::RequestId, std::future<Outcome>> start(infer::Engine& engine,
                                                                       infer::GenerateRequest request,
                                                                       infer::GenerateCallbacks callbacks = {}) {
  const auto promise = std::make_shared<std::promise<Outcome>>();
  callbacks.on_done = [promise](const infer::GenerateResult& result) { promise->set_value({result, ""}); };
  callbacks.on_error = [promise](const std::string& message) { promise->set_value({{}, message}); };
  const auto id = engine.submit(std::move(request), std::move(callbacks));
  return {id, promise->get_future()};
}

}  // namespace llmops::test
