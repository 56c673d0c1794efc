// What /metrics shows.
#include "serve/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include "serve/engine_metrics.h"

namespace llmops::serve {
namespace {

using Buckets = prometheus::Histogram::BucketBoundaries;

// Seconds; vLLM's boundaries, so that its dashboards and alerts fit.
const Buckets kFirstTokenBuckets{0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1,  0.25,  0.5,   0.75,
                                 1.0,   2.5,   5.0,  7.5,  10.0, 20.0, 40.0, 80.0, 160.0, 640.0, 2560.0};
const Buckets kTokenBuckets{0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2,  0.3,  0.4, 0.5,
                            0.75, 1.0,   2.5,  5.0,   7.5, 10.0, 20.0, 40.0, 80.0};
const Buckets kRequestBuckets{0.3,  0.5,  0.8,  1.0,  1.5,   2.0,   2.5,   5.0,   10.0,   15.0,  20.0,
                              30.0, 40.0, 50.0, 60.0, 120.0, 240.0, 480.0, 960.0, 1920.0, 7680.0};

}  // namespace

struct Metrics::Impl {
  explicit Impl(const std::string& model) : labels{{"model_name", model}} {}

  prometheus::Histogram& histogram(const char* name, const char* help, const Buckets& buckets) {
    return prometheus::BuildHistogram().Name(name).Help(help).Register(registry).Add(labels, buckets);
  }
  prometheus::Family<prometheus::Counter>& counters(const char* name, const char* help) {
    return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
  }
  prometheus::Labels with(const char* key, const std::string& value) const {
    prometheus::Labels all = labels;
    all[key] = value;
    return all;
  }

  prometheus::Registry registry;
  prometheus::Labels labels;
  prometheus::Histogram& first_token{histogram(
      "llmops:time_to_first_token_seconds", "Time from a request's arrival to its first token.", kFirstTokenBuckets)};
  prometheus::Histogram& next_token{
      histogram("llmops:time_per_output_token_seconds", "Time between two tokens of a request.", kTokenBuckets)};
  prometheus::Histogram& request{histogram("llmops:e2e_request_latency_seconds",
                                           "Time from a request's arrival to its last byte.", kRequestBuckets)};
  prometheus::Histogram& queue{
      histogram("llmops:request_queue_time_seconds", "Time a request waited for its first step.", kRequestBuckets)};
  prometheus::Counter& prompt{counters("llmops:prompt_tokens_total", "Prompt tokens processed.").Add(labels)};
  prometheus::Counter& generated{counters("llmops:generation_tokens_total", "Tokens generated.").Add(labels)};
  prometheus::Family<prometheus::Counter>& success{
      counters("llmops:request_success_total", "Requests by the reason their answer ended.")};
  prometheus::Family<prometheus::Counter>& responses{
      counters("llmops:http_responses_total", "HTTP answers by status; 499 is a client that left.")};
};

Metrics::Metrics(const std::string& model_name) : impl_(std::make_unique<Impl>(model_name)) {
  // Present from the start at zero, so that a rate over them is defined from the first request on.
  for (const char* reason : {"stop", "length"}) impl_->success.Add(impl_->with("finished_reason", reason));
}
Metrics::~Metrics() = default;

void Metrics::first_token(double seconds) { impl_->first_token.Observe(seconds); }
void Metrics::next_token(double seconds) { impl_->next_token.Observe(seconds); }
void Metrics::queued(double seconds) { impl_->queue.Observe(seconds); }

void Metrics::finished(const std::string& reason, double seconds) {
  impl_->request.Observe(seconds);
  impl_->success.Add(impl_->with("finished_reason", reason)).Increment();
}

void Metrics::tokens(int prompt, int generated) {
  impl_->prompt.Increment(prompt);
  impl_->generated.Increment(generated);
}

void Metrics::response(int status) { impl_->responses.Add(impl_->with("status", std::to_string(status))).Increment(); }

std::string Metrics::text(const infer::EngineStats& stats) {
  std::vector<prometheus::MetricFamily> families = impl_->registry.Collect();
  for (prometheus::MetricFamily& family : engine_metrics(stats, impl_->labels)) families.push_back(std::move(family));
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace llmops::serve
