// The requests table.
#include "registry/requests.h"

#include <fmt/format.h>

#include "registry/statement.h"

namespace llmops::registry {
namespace {

constexpr const char* kColumns =
    "id, run_id, started_at, route, model, model_sha256, prompt_uri, status, error, finish_reason, streamed, "
    "prompt_tokens, completion_tokens, queue_ms, first_token_ms, latency_ms";

ServedRequest read_request(const Statement& row, bool with_content) {
  ServedRequest request;
  request.id = row.text(0);
  request.run_id = row.text(1);
  request.started_at = row.text(2);
  request.route = row.text(3);
  request.model = row.text(4);
  request.model_sha256 = row.text(5);
  request.prompt_uri = row.text(6);
  request.status = static_cast<int>(row.integer(7));
  request.error = row.text(8);
  request.finish_reason = row.text(9);
  request.streamed = row.integer(10) != 0;
  request.prompt_tokens = static_cast<int>(row.integer(11));
  request.completion_tokens = static_cast<int>(row.integer(12));
  request.queue_ms = row.real(13);
  request.first_token_ms = row.real(14);
  request.latency_ms = row.real(15);
  if (with_content) {
    request.request = row.json(16);
    request.response = row.text(17);
  }
  return request;
}

void insert_request(Statement& insert, const ServedRequest& request) {
  const std::optional<Json> body = request.request.is_null() ? std::nullopt : std::optional(request.request);
  insert.bind(request.id).bind(null_if_empty(request.run_id)).bind(request.started_at).bind(request.route);
  insert.bind(request.model).bind(null_if_empty(request.model_sha256)).bind(null_if_empty(request.prompt_uri));
  insert.bind(request.status).bind(null_if_empty(request.error)).bind(null_if_empty(request.finish_reason));
  insert.bind(request.streamed).bind(request.prompt_tokens).bind(request.completion_tokens).bind(request.queue_ms);
  insert.bind(request.first_token_ms).bind(request.latency_ms).bind(body).bind(null_if_empty(request.response));
  insert.run();
}

}  // namespace

void record_requests(Registry& registry, const std::vector<ServedRequest>& requests) {
  if (requests.empty()) return;
  Transaction transaction(registry.connection());
  Statement insert(registry.connection(), fmt::format("INSERT INTO requests ({}, request, response) "
                                                      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                                                      kColumns));
  for (const ServedRequest& request : requests) insert_request(insert, request);
  transaction.commit();
}

std::vector<ServedRequest> list_requests(Registry& registry, const RequestFilter& filter, bool with_content) {
  const auto lock = registry.connection().lock();
  std::vector<ServedRequest> found;
  for (Statement rows(registry.connection(),
                      fmt::format("SELECT {}{} FROM requests WHERE (?1 = '' OR started_at >= ?1) "
                                  "AND (?2 = '' OR started_at < ?2) AND (?3 = '' OR run_id = ?3) "
                                  "AND (?4 = '' OR model = ?4) ORDER BY started_at, sequence",
                                  kColumns, with_content ? ", request, response" : ""),
                      filter.since, filter.until, filter.run_id, filter.model);
       rows.step();) {
    found.push_back(read_request(rows, with_content));
  }
  return found;
}

}  // namespace llmops::registry
