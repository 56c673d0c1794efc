// What /metrics shows, under the names that vLLM made known, with the prefix "llmops:".
#pragma once

#include <memory>
#include <string>

#include "infer/engine.h"

namespace llmops::serve {

/// Counters and histograms of one served model. Thread-safe.
class Metrics {
 public:
  explicit Metrics(const std::string& model_name);
  ~Metrics();

  void first_token(double seconds);  ///< llmops:time_to_first_token_seconds
  void next_token(double seconds);   ///< llmops:time_per_output_token_seconds: between two tokens of a request
  void queued(double seconds);       ///< llmops:request_queue_time_seconds
  /// llmops:e2e_request_latency_seconds, llmops:request_success_total{finished_reason}
  void finished(const std::string& reason, double seconds);
  void tokens(int prompt, int generated);  ///< llmops:prompt_tokens_total, llmops:generation_tokens_total
  void response(int status);               ///< llmops:http_responses_total{status}

  /// Prometheus text format 0.0.4. @param stats  the engine's present state, for engine_metrics()
  std::string text(const infer::EngineStats& stats);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

inline constexpr const char* kMetricsContentType = "text/plain; version=0.0.4; charset=utf-8";

}  // namespace llmops::serve
