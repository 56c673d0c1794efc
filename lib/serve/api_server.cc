// The routes of OpenAI's API over an engine.
#include "serve/api_server.h"

#include <fmt/format.h>

#include <algorithm>
#include <new>

#include "core/units.h"
#include "serve/media_type.h"

namespace llmops::serve {
namespace {

constexpr std::string_view kModelPrefix = "/v1/models/";

bool is_get(const IncomingRequest& request) { return request.method == "GET" || request.method == "HEAD"; }

Reply json_reply(const Json& body) {
  Reply reply;
  reply.body = dump_json(body);
  return reply;
}

ApiError unknown_url(const IncomingRequest& request) {
  return ApiError(404, "invalid_request_error", fmt::format("unknown URL ({} {})", request.method, request.path()), "",
                  "unknown_url");
}

ApiError wrong_method(const IncomingRequest& request, const char* allowed) {
  ApiError error(405, "invalid_request_error",
                 fmt::format("{} is not allowed on {}, {} is", request.method, request.path(), allowed), "",
                 "method_not_allowed");
  return error.with_header("Allow", allowed);
}

void require(const IncomingRequest& request, bool get) {
  if (get && !is_get(request)) throw wrong_method(request, "GET");
  if (!get && request.method != "POST") throw wrong_method(request, "POST");
}

ApiError shutting_down() {
  ApiError error(503, "server_error", "the server is shutting down", "", "shutting_down");
  return error.with_header("Retry-After", "5");
}

}  // namespace

ApiServer::ApiServer(ApiOptions options, infer::Engine& engine, Record record)
    : options_(std::move(options)),
      engine_(engine),
      record_(std::move(record)),
      metrics_(options_.model_names.front()),
      admission_(options_.queue),
      created_(now_unix_ms() / 1000) {}

void ApiServer::handle(IncomingRequest request, const std::shared_ptr<ReplyWriter>& writer) {
  try {
    dispatch(request, writer);
  } catch (const ApiError& error) {
    refuse(error, writer);
  } catch (const std::bad_alloc&) {
    refuse(out_of_memory(), writer);
  }
}

void ApiServer::refuse(const ApiError& error, const std::shared_ptr<ReplyWriter>& writer) {
  metrics_.response(error.status());
  writer->send(error.reply());
}

void ApiServer::dispatch(IncomingRequest& request, const std::shared_ptr<ReplyWriter>& writer) {
  const std::string_view path = request.path();
  check_origin(request, options_.bound_to_loopback);
  if (path == "/health") {  // open: load balancers have no key
    require(request, /*get=*/true);
    return writer->send(health());
  }
  check_key(request, options_.keys);
  if (path == "/v1/chat/completions" || path == "/v1/completions") {
    require(request, /*get=*/false);
    return complete(path == "/v1/completions" ? Route::kText : Route::kChat, request, writer);
  }
  const bool one_model = path.starts_with(kModelPrefix) && path.size() > kModelPrefix.size();
  if (path != "/v1/models" && path != "/metrics" && !one_model) throw unknown_url(request);
  require(request, /*get=*/true);
  if (path == "/metrics") return writer->send(metrics_page());
  writer->send(one_model ? show_model(path.substr(kModelPrefix.size())) : list_models());
}

Reply ApiServer::health() const {
  Reply reply = json_reply({{"status", draining_ ? "draining" : "ok"}});
  if (draining_) reply.status = 503;
  return reply;
}

Reply ApiServer::metrics_page() {
  Reply reply;
  reply.content_type = kMetricsContentType;
  reply.body = metrics_.text(engine_.stats());
  return reply;
}

Json ApiServer::model_entry(const std::string& name) const {
  return model_json(name, created_, options_.model_root, engine_.info().context_length);
}

Reply ApiServer::list_models() const {
  Json data = Json::array();
  for (const std::string& name : options_.model_names) data.push_back(model_entry(name));
  return json_reply({{"object", "list"}, {"data", std::move(data)}});
}

Reply ApiServer::show_model(std::string_view id) const {
  const std::string name = percent_decoded(id);
  check_model(name);
  return json_reply(model_entry(name));
}

void ApiServer::check_model(const std::string& name) const {
  const auto& names = options_.model_names;
  if (std::find(names.begin(), names.end(), name) != names.end()) return;
  throw ApiError(404, "invalid_request_error",
                 fmt::format("the model '{}' does not exist; this server has '{}'", name, fmt::join(names, "', '")),
                 "model", "model_not_found");
}

void ApiServer::complete(Route route, IncomingRequest& request, const std::shared_ptr<ReplyWriter>& writer) {
  // A page of another site can send other types without asking; only JSON makes a browser ask first.
  if (!is_json_media_type(request.header("content-type"))) {
    throw ApiError(415, "invalid_request_error", "the content type must be application/json", "",
                   "unsupported_media_type");
  }
  registry::ServedRequest record;
  record.id = new_answer_id(route);
  record.run_id = options_.run_id;
  record.started_at = now_utc();
  record.route = std::string(request.path());
  record.model_sha256 = options_.model_sha256;
  try {
    if (draining_) throw shutting_down();
    start_answer(route, request, record, writer);
  } catch (const ApiError& error) {
    record.status = error.status();
    record.error = error.what();
    record.latency_ms = std::chrono::duration<double, std::milli>(Clock::now() - request.arrived).count();
    writer->send(error.reply());
    this->record(std::move(record));
  }
}

void ApiServer::start_answer(Route route, const IncomingRequest& request, registry::ServedRequest& record,
                             const std::shared_ptr<ReplyWriter>& writer) {
  Json body = parse_body(request.body);
  if (body.is_object() && body.contains("model") && body["model"].is_string()) record.model = body["model"];
  CompletionCall call = parse_completion(route, body, {.max_choices = 16, .vocab_size = engine_.info().vocab_size});
  record.streamed = call.stream;
  if (options_.record_content) record.request = std::move(body);
  check_model(call.model);
  auto requests = to_engine_requests(call, engine_);
  for (infer::GenerateRequest& one : requests) one.tenant = tenant_of(request, options_.keys);
  AnswerHead head;
  head.route = route;
  head.id = record.id;
  head.created = now_unix_ms() / 1000;
  head.model = call.model;
  if (!options_.model_sha256.empty()) head.fingerprint = "fp_" + options_.model_sha256.substr(0, 12);
  head.include_usage = call.include_usage;
  const auto answer = std::make_shared<Answer>(
      AnswerServices{engine_, admission_, metrics_, options_.record_content}, std::move(call), std::move(head), record,
      request.arrived, writer, [this](const std::shared_ptr<Answer>& finished, registry::ServedRequest served) {
        this->record(std::move(served));
        const std::lock_guard lock(mutex_);
        answers_.erase(finished);
        answers_changed_.notify_all();
      });
  {
    const std::lock_guard lock(mutex_);
    answers_.insert(answer);
  }
  answer->start(std::move(requests));
}

void ApiServer::record(registry::ServedRequest request) {
  metrics_.response(request.status);
  metrics_.tokens(request.prompt_tokens, request.completion_tokens);
  if (request.status < 400) metrics_.finished(request.finish_reason, request.latency_ms / 1000);
  {
    const std::lock_guard lock(mutex_);
    ++totals_.requests;
    totals_.succeeded += request.status < 400;
    totals_.cancelled += request.status == 499;
    totals_.prompt_tokens += request.prompt_tokens;
    totals_.completion_tokens += request.completion_tokens;
  }
  record_(std::move(request));
}

void ApiServer::cancel_all() {
  std::vector<std::shared_ptr<Answer>> answers;
  {
    const std::lock_guard lock(mutex_);
    answers.assign(answers_.begin(), answers_.end());
  }
  for (const auto& answer : answers) answer->cancel();
}

bool ApiServer::wait_until_recorded(std::chrono::milliseconds timeout) {
  std::unique_lock lock(mutex_);
  return answers_changed_.wait_for(lock, timeout, [this] { return answers_.empty(); });
}

ServedTotals ApiServer::totals() const {
  const std::lock_guard lock(mutex_);
  return totals_;
}

}  // namespace llmops::serve
