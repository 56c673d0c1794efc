// `llmops serve`: a model behind OpenAI's API until it is told to stop.
#include "serve/serve_model.h"

#include <fmt/format.h>

#include <optional>
#include <thread>

#include "core/cancel.h"
#include "core/error.h"
#include "core/log.h"
#include "core/uri.h"
#include "infer/draft_model.h"
#include "model/model_source.h"
#include "serve/api_error.h"
#include "serve/api_server.h"
#include "serve/http_server.h"
#include "serve/request_log.h"

namespace llmops::serve {
namespace {

constexpr std::chrono::milliseconds kPollTime{50};
constexpr std::chrono::seconds kCancelTime{10};  // for one step of the engine, and one write to a slow client

Json describe(const ServeOptions& options) {
  return {{"model", options.model},
          {"base", options.base},
          {"adapter", options.adapter},
          {"host", options.host},
          {"port", options.port},
          {"max_queue", options.max_queue},
          {"max_queue_tokens", options.max_queue_tokens},
          {"max_batch", options.engine.max_batch},
          {"max_context", options.engine.max_context},
          {"cache_tokens", options.engine.cache_tokens},
          {"cache_dtype", options.engine.cache_dtype},
          {"prefix_cache", options.engine.prefix_cache},
          {"prompt_lookup", options.engine.prompt_lookup},
          {"draft_model", options.engine.draft_model},
          {"draft_tokens", options.engine.draft_tokens},
          {"record_content", options.record_content},
          {"dtype", options.engine.dtype},
          {"threads", options.engine.threads}};
}

/// "triage" of "models:/triage/3" and of "out/triage/", "smol-q8" of "smol-q8.gguf".
std::string default_name(const std::string& uri) {
  const Uri parsed = parse_uri(uri);
  if (parsed.kind == Uri::Kind::kModel) return parsed.name;
  std::filesystem::path path(uri);
  if (!path.has_filename()) path = path.parent_path();
  const std::string name = path.extension() == ".gguf" ? path.stem().string() : path.filename().string();
  return name.empty() ? "model" : name;
}

model::ModelSource find_source(registry::Registry& registry, const ServeOptions& options) {
  model::ModelSource source = model::resolve_model(registry, options.model, options.base);
  if (options.adapter.empty()) return source;
  if (!source.adapter_path.empty()) {
    throw UsageError(fmt::format("'{}' is an adapter already", options.model), "give its base with --base instead");
  }
  model::ModelSource adapted = model::resolve_model(registry, options.adapter, options.model);
  if (adapted.kind != "adapter") {
    throw UsageError(fmt::format("'{}' is not an adapter", options.adapter), "give a model as --model");
  }
  return adapted;
}

std::optional<model::ModelSource> find_draft(registry::Registry& registry, const ServeOptions& options) {
  if (options.engine.draft_model.empty()) return std::nullopt;
  return infer::resolve_draft_model(registry, options.engine.draft_model);
}

infer::EngineOptions engine_options(const ServeOptions& options, const model::ModelSource& source,
                                    const std::optional<model::ModelSource>& draft) {
  infer::EngineOptions engine = options.engine;
  if (draft) engine.draft_model = draft->model_path.string();
  engine.model = source.model_path.string();
  engine.adapter = source.adapter_path.string();
  return engine;
}

ApiOptions api_options(const ServeOptions& options, const model::ModelSource& source) {
  ApiOptions api;
  api.model_names = options.model_names.empty() ? std::vector{default_name(source.uri)} : options.model_names;
  api.model_root = source.uri;
  api.keys = load_api_keys(options.api_key_file);
  api.bound_to_loopback = is_loopback(options.host);
  api.record_content = options.record_content;
  api.queue = {options.max_queue, options.max_queue_tokens};
  if (!api.bound_to_loopback && !api.keys.required()) {
    log_warning(
        fmt::format("serving on {} without an API key: anyone who reaches this address can use the model; set "
                    "--api-key-file or LLMOPS_API_KEY",
                    options.host));
  }
  return api;
}

/// Lets what runs finish, then cuts it off. @returns whether nothing had to be cut off
bool drain(HttpServer& http, ApiServer& api, std::chrono::milliseconds timeout) {
  api.start_draining();
  http.stop_accepting();
  const bool drained = http.wait_until_idle(timeout);
  if (!drained) {
    api.cancel_all();
    http.wait_until_idle(kCancelTime);
  }
  http.stop();
  api.wait_until_recorded(kCancelTime);
  return drained;
}

ServeReport summarize(const ServedTotals& totals) {
  ServeReport report;
  report.requests = totals.requests;
  report.succeeded = totals.succeeded;
  report.cancelled = totals.cancelled;
  report.prompt_tokens = totals.prompt_tokens;
  report.completion_tokens = totals.completion_tokens;
  return report;
}

}  // namespace

Json to_json(const ServeReport& report) {
  return {{"event", "stopped"},
          {"run_id", report.run_id},
          {"url", report.url},
          {"model", report.model},
          {"requests", report.requests},
          {"succeeded", report.succeeded},
          {"cancelled", report.cancelled},
          {"prompt_tokens", report.prompt_tokens},
          {"completion_tokens", report.completion_tokens},
          {"not_recorded", report.not_recorded},
          {"seconds", report.seconds},
          {"drained", report.drained}};
}

ServeReport serve_model(registry::Registry& registry, const ServeOptions& options, const std::vector<std::string>& argv,
                        const OpenEngine& open_engine, const std::function<void(const Listening&)>& on_listening) {
  const model::ModelSource source = find_source(registry, options);
  const std::optional<model::ModelSource> draft = find_draft(registry, options);
  ApiOptions api_settings = api_options(options, source);  // a wrong key file should not wait for the model
  registry::RunStart start;
  start.command = "serve";
  start.argv = argv;
  start.config = describe(options);
  start.device = options.engine.device;
  registry::Run run(registry, start);
  api_settings.run_id = run.id();
  api_settings.model_sha256 = model::record_inputs(run, source).sha256;
  if (draft) model::record_inputs(run, *draft);
  const std::string name = api_settings.model_names.front();

  // Destroyed from the last to the first: no callback outlives what it calls.
  RequestLog log([&registry](const auto& batch) { registry::record_requests(registry, batch); });
  std::unique_ptr<infer::Engine> engine = open_engine(engine_options(options, source, draft));
  ApiServer api(std::move(api_settings), *engine,
                [&log](registry::ServedRequest request) { log.add(std::move(request)); });
  HttpServer http(
      {.host = options.host, .port = options.port},
      [&api](IncomingRequest request, const std::shared_ptr<ReplyWriter>& writer) {
        api.handle(std::move(request), writer);
      },
      error_body);
  const auto started = Clock::now();
  on_listening({http.url(), http.port(), name, run.id()});
  while (!cancel_requested()) std::this_thread::sleep_for(kPollTime);

  const bool drained = drain(http, api, options.drain_timeout);
  engine.reset();
  log.stop();
  ServeReport report = summarize(api.totals());
  report.run_id = run.id();
  report.url = http.url();
  report.model = name;
  report.not_recorded = static_cast<std::int64_t>(log.lost());
  report.seconds = std::chrono::duration<double>(Clock::now() - started).count();
  report.drained = drained;
  run.finish(to_json(report));
  return report;
}

}  // namespace llmops::serve
