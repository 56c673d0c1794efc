// The routes of OpenAI's API over an engine, behind a Handler of the HTTP server.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "infer/engine.h"
#include "registry/requests.h"
#include "serve/access.h"
#include "serve/admission.h"
#include "serve/answer.h"
#include "serve/metrics.h"

namespace llmops::serve {

struct ApiOptions {
  std::vector<std::string> model_names;  ///< what clients may call the model; the first is its name
  std::string run_id;
  std::string model_sha256;  ///< of the artifact that answers
  std::string model_root;    ///< canonical URI or path, for /v1/models
  ApiKeys keys;
  bool bound_to_loopback = true;
  bool record_content = true;
  AdmissionLimits queue;
};

/// Sums over all recorded requests.
struct ServedTotals {
  std::int64_t requests = 0;
  std::int64_t succeeded = 0;  ///< status below 400
  std::int64_t cancelled = 0;  ///< the client left
  std::int64_t prompt_tokens = 0;
  std::int64_t completion_tokens = 0;
};

class ApiServer {
 public:
  using Record = std::function<void(registry::ServedRequest)>;

  /// @param engine, record  outlive this object, and the engine's last callback comes before its end
  ApiServer(ApiOptions options, infer::Engine& engine, Record record);

  /// Any thread; several at once. Always answers.
  void handle(IncomingRequest request, const std::shared_ptr<ReplyWriter>& writer);

  /// New completions get 503 from now on.
  void start_draining() { draining_ = true; }
  void cancel_all();
  /// Waits until every answer is recorded. @returns false when that took longer
  bool wait_until_recorded(std::chrono::milliseconds timeout);
  ServedTotals totals() const;

 private:
  void dispatch(IncomingRequest& request, const std::shared_ptr<ReplyWriter>& writer);
  void refuse(const ApiError& error, const std::shared_ptr<ReplyWriter>& writer);
  Reply health() const;
  Reply metrics_page();
  Reply list_models() const;
  Reply show_model(std::string_view id) const;
  void complete(Route route, IncomingRequest& request, const std::shared_ptr<ReplyWriter>& writer);
  void start_answer(Route route, const IncomingRequest& request, registry::ServedRequest& record,
                    const std::shared_ptr<ReplyWriter>& writer);
  void check_model(const std::string& name) const;
  Json model_entry(const std::string& name) const;
  void record(registry::ServedRequest request);

  const ApiOptions options_;
  infer::Engine& engine_;
  Record record_;
  Metrics metrics_;
  Admission admission_;
  const std::int64_t created_;  ///< Unix seconds
  std::atomic<bool> draining_{false};
  mutable std::mutex mutex_;
  std::condition_variable answers_changed_;
  std::set<std::shared_ptr<Answer>> answers_;
  ServedTotals totals_;
};

}  // namespace llmops::serve
