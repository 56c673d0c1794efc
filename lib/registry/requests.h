// Served requests: what `serve` writes for each answer and `monitor` reads.
#pragma once

#include <functional>

#include "registry/registry.h"

namespace llmops::registry {

struct ServedRequest {
  std::string id;            ///< "chatcmpl-..." as the client saw it
  std::string run_id;        ///< the serve run
  std::string started_at;    ///< UTC, now_utc()
  std::string route;         ///< "/v1/chat/completions"
  std::string model;         ///< as the client named it
  std::string model_sha256;  ///< artifact that answered
  std::string prompt_uri;    ///< pinned prompt version, "" for none
  int status = 200;          ///< HTTP
  std::string error;         ///< "" when none
  std::string finish_reason;
  bool streamed = false;
  int prompt_tokens = 0;
  int completion_tokens = 0;
  double queue_ms = 0;
  double first_token_ms = 0;  ///< from arrival to the first token
  double latency_ms = 0;      ///< from arrival to the last byte
  Json request = nullptr;     ///< body as received; null when recording of content is off
  std::string response;       ///< text of the answer; "" when recording of content is off
};

/// Appends in one transaction.
void record_requests(Registry& registry, const std::vector<ServedRequest>& requests);

struct RequestFilter {
  std::string since, until;   ///< UTC; "" is open
  std::string run_id, model;  ///< "" is any
};
/// Oldest first. @param with_content  read request and response too
std::vector<ServedRequest> list_requests(Registry& registry, const RequestFilter& filter, bool with_content);

}  // namespace llmops::registry
