// What happened in a window.
#include "monitor/traffic.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "monitor/statistics.h"
#include "monitor/time_window.h"

namespace llmops::monitor {
namespace {

constexpr int kClientClosedRequest = 499;

template <typename Key>
Json counts_json(const std::map<Key, std::size_t>& counts) {
  Json json = Json::object();
  for (const auto& [key, count] : counts) json[fmt::format("{}", key)] = count;
  return json;
}

/// From the first start to the last end, in seconds.
double span_of(const std::vector<registry::ServedRequest>& requests) {
  if (requests.empty()) return 0;
  std::int64_t first = INT64_MAX;
  double last = 0;
  for (const auto& request : requests) {
    const std::int64_t start = utc_milliseconds(request.started_at);
    first = std::min(first, start);
    last = std::max(last, static_cast<double>(start) + request.latency_ms);
  }
  return (last - static_cast<double>(first)) / 1000;
}

}  // namespace

bool is_answered(const registry::ServedRequest& request) { return request.status < 400; }
bool has_prompt_tokens(const registry::ServedRequest& request) { return request.prompt_tokens > 0; }

Distribution describe(std::vector<double> samples) {
  Distribution result;
  if (samples.empty()) return result;
  std::sort(samples.begin(), samples.end());
  result.count = samples.size();
  result.mean = std::accumulate(samples.begin(), samples.end(), 0.0) / static_cast<double>(samples.size());
  result.min = samples.front();
  result.max = samples.back();
  for (const int p : kPercentiles) result.percentiles[p] = percentile(samples, p);
  return result;
}

Traffic summarize(const std::vector<registry::ServedRequest>& requests) {
  Traffic traffic;
  std::vector<double> latency, first_token, queue, prompt, completion;
  for (const auto& request : requests) {
    ++traffic.requests;
    ++traffic.statuses[request.status];
    ++traffic.models[request.model];
    if (!request.finish_reason.empty()) ++traffic.finish_reasons[request.finish_reason];
    traffic.cancelled += request.status == kClientClosedRequest;
    traffic.errors += request.status >= 400 && request.status != kClientClosedRequest;
    traffic.total_prompt_tokens += request.prompt_tokens;
    traffic.total_completion_tokens += request.completion_tokens;
    if (has_prompt_tokens(request)) prompt.push_back(request.prompt_tokens);
    if (!is_answered(request)) continue;
    latency.push_back(request.latency_ms);
    queue.push_back(request.queue_ms);
    completion.push_back(request.completion_tokens);
    if (request.first_token_ms > 0) first_token.push_back(request.first_token_ms);
  }
  traffic.latency_ms = describe(std::move(latency));
  traffic.first_token_ms = describe(std::move(first_token));
  traffic.queue_ms = describe(std::move(queue));
  traffic.prompt_tokens = describe(std::move(prompt));
  traffic.completion_tokens = describe(std::move(completion));
  traffic.seconds = span_of(requests);
  return traffic;
}

Json to_json(const Distribution& distribution) {
  Json json{{"count", distribution.count}};
  if (distribution.count == 0) return json;
  json["mean"] = distribution.mean;
  json["min"] = distribution.min;
  json["max"] = distribution.max;
  for (const auto& [p, value] : distribution.percentiles) json[fmt::format("p{}", p)] = value;
  return json;
}

Json to_json(const Traffic& traffic) {
  return {{"requests", traffic.requests},
          {"errors", traffic.errors},
          {"cancelled", traffic.cancelled},
          {"error_rate", traffic.requests == 0 ? Json(nullptr) : Json(traffic.error_rate())},
          {"latency_ms", to_json(traffic.latency_ms)},
          {"first_token_ms", to_json(traffic.first_token_ms)},
          {"queue_ms", to_json(traffic.queue_ms)},
          {"prompt_tokens", to_json(traffic.prompt_tokens)},
          {"completion_tokens", to_json(traffic.completion_tokens)},
          {"total_prompt_tokens", traffic.total_prompt_tokens},
          {"total_completion_tokens", traffic.total_completion_tokens},
          {"seconds", traffic.seconds},
          {"requests_per_minute", traffic.requests_per_minute()},
          {"completion_tokens_per_second", traffic.tokens_per_second()},
          {"finish_reasons", counts_json(traffic.finish_reasons)},
          {"status_codes", counts_json(traffic.statuses)},
          {"models", counts_json(traffic.models)}};
}

}  // namespace llmops::monitor
