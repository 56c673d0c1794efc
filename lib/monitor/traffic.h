// What happened in a window: counts, percentiles, rates.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/json.h"
#include "registry/requests.h"

namespace llmops::monitor {

inline constexpr int kPercentiles[] = {50, 90, 95, 99};

/// Of one measure over the requests that have it.
struct Distribution {
  std::size_t count = 0;
  double mean = 0;
  double min = 0;
  double max = 0;
  std::map<int, double> percentiles;  ///< of kPercentiles, linear between order statistics; empty when count is 0
};
Distribution describe(std::vector<double> samples);

struct Traffic {
  std::size_t requests = 0;
  std::size_t errors = 0;          ///< status 400 and above, but 499
  std::size_t cancelled = 0;       ///< status 499: the client left, which is no fault of the server
  Distribution latency_ms;         ///< of answered requests (status below 400)
  Distribution first_token_ms;     ///< of answered requests with a token
  Distribution queue_ms;           ///< of answered requests
  Distribution prompt_tokens;      ///< of requests that reached the model
  Distribution completion_tokens;  ///< of answered requests
  std::int64_t total_prompt_tokens = 0;
  std::int64_t total_completion_tokens = 0;
  double seconds = 0;  ///< from the first request's start to the last one's end
  std::map<std::string, std::size_t> finish_reasons;
  std::map<int, std::size_t> statuses;
  std::map<std::string, std::size_t> models;

  double error_rate() const { return requests == 0 ? 0 : static_cast<double>(errors) / static_cast<double>(requests); }
  double requests_per_minute() const { return seconds > 0 ? static_cast<double>(requests) * 60 / seconds : 0; }
  double tokens_per_second() const { return seconds > 0 ? static_cast<double>(total_completion_tokens) / seconds : 0; }
};

Traffic summarize(const std::vector<registry::ServedRequest>& requests);

bool is_answered(const registry::ServedRequest& request);
/// Whether its prompt was tokenized, so that its length is known.
bool has_prompt_tokens(const registry::ServedRequest& request);

Json to_json(const Distribution& distribution);
Json to_json(const Traffic& traffic);

}  // namespace llmops::monitor
