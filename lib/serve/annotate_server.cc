// Answers the annotation page.
#include "serve/annotate_server.h"

#include <fmt/format.h>
#include <sys/random.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <thread>

#include "core/cancel.h"
#include "core/error.h"
#include "data/annotate/agreement.h"
#include "data/annotate/screen.h"
#include "serve/annotate_page.h"
#include "serve/api_error.h"
#include "serve/http_server.h"
#include "serve/media_type.h"

namespace llmops::serve {
namespace {

using data::AnnotationTurn;

constexpr std::size_t kMostAnnotators = 1000;  // whom the progress lists
constexpr double kMostSeconds = 3600;          // whoever takes longer was away

ApiError not_found() { return ApiError(404, "invalid_request_error", "there is nothing here", "", "not_found"); }

/// Of the page and of what it fetches: nothing from elsewhere, nothing kept, in no other page's frame.
Headers guard_headers(const std::string& nonce) {
  const std::string policy = nonce.empty() ? std::string("default-src 'none'; frame-ancestors 'none'")
                                           : fmt::format(
                                                 "default-src 'none'; script-src 'nonce-{0}'; style-src 'nonce-{0}'; "
                                                 "connect-src 'self'; base-uri 'none'; form-action 'none'; "
                                                 "frame-ancestors 'none'",
                                                 nonce);
  return {{"Content-Security-Policy", policy},
          {"Cache-Control", "no-store"},
          {"Referrer-Policy", "no-referrer"},
          {"X-Frame-Options", "DENY"},
          {"Cross-Origin-Opener-Policy", "same-origin"},
          {"Cross-Origin-Resource-Policy", "same-origin"}};
}

/// "abc" and "api/next" of "/abc/api/next".
std::pair<std::string_view, std::string_view> split_path(std::string_view path) {
  if (path.starts_with('/')) path.remove_prefix(1);
  const std::size_t slash = path.find('/');
  return {path.substr(0, slash), slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1)};
}

Json parse_object(const std::string& body) {
  const Json json = parse_json(body, "body");
  if (!json.is_object()) throw InputError("the body is not an object");
  return json;
}

}  // namespace

std::string random_token() {
  unsigned char bytes[16];
  if (::getrandom(bytes, sizeof bytes, 0) != static_cast<ssize_t>(sizeof bytes)) {
    throw SystemError("the system gives no random numbers");
  }
  std::string text;
  for (const unsigned char byte : bytes) text += fmt::format("{:02x}", byte);
  return text;
}

AnnotateServer::AnnotateServer(data::AnnotationProject& project, const std::string& token)
    : project_(project), token_(std::vector{token}) {}

void AnnotateServer::handle(const IncomingRequest& request, const std::shared_ptr<ReplyWriter>& writer) {
  try {
    writer->send(reply(request));
  } catch (const ApiError& error) {
    writer->send(error.reply());
  } catch (const std::bad_alloc&) {
    writer->send(out_of_memory().reply());
  } catch (const UsageError& error) {
    writer->send(invalid_field("annotator", error.what()).reply());
  } catch (const InputError& error) {
    writer->send(invalid_field("value", error.what()).reply());
  } catch (const Error& error) {
    writer->send(ApiError(500, "server_error", error.what()).reply());
  }
}

Reply AnnotateServer::reply(const IncomingRequest& request) {
  check_origin(request, /*bound_to_loopback=*/true);
  if (request.header("host").empty()) throw ApiError(400, "invalid_request_error", "a Host header is needed");
  const auto [token, rest] = split_path(request.path());
  if (!token_.accept(token)) throw not_found();
  Reply reply;
  if (request.path().ends_with(token)) {  // what the page asks for is relative to the slash
    reply.status = 308;
    reply.headers = {{"Location", std::string(request.path()) + "/"}};
    return reply;
  }
  if (rest.empty()) {
    if (request.method != "GET" && request.method != "HEAD") throw not_found();
    const std::string nonce = random_token();
    reply.content_type = "text/html; charset=utf-8";
    reply.headers = guard_headers(nonce);
    reply.body = annotate_page(nonce);
    return reply;
  }
  if (!rest.starts_with("api/") || request.method != "POST") throw not_found();
  // Only JSON makes a browser ask first before it sends what another site's page says.
  if (!is_json_media_type(request.header("content-type"))) {
    throw ApiError(415, "invalid_request_error", "the content type must be application/json");
  }
  reply.headers = guard_headers("");
  reply.body = dump_json(call(rest.substr(4), parse_object(request.body)));
  return reply;
}

Json AnnotateServer::call(std::string_view name, const Json& body) {
  if (name == "task") return task_json();
  if (name == "progress") return progress_json();
  const auto annotator = json_get<std::string>(body, "annotator", "body");
  project_.check_annotator(annotator);
  if (name == "next") return next(annotator);
  if (name == "undo") {
    const auto turn = project_.undo(annotator);
    Json reply = turn ? turn_json(annotator, turn) : next(annotator);
    reply.update({{"said", turn ? "" : "Nothing to undo."}, {"fresh", true}});
    return reply;
  }
  const auto id = json_get<std::string>(body, "id", "body");
  const auto found = project_.records().index.find(id);
  if (found == project_.records().index.end()) throw InputError(fmt::format("there is no record '{}'", id));
  const std::size_t record = found->second;
  const double given = json_get_or(body, "seconds", 0.0, "body");
  const double seconds = std::isfinite(given) ? std::clamp(given, 0.0, kMostSeconds) : 0;
  if (name == "answer" || name == "skip") {
    if (name == "skip") {
      project_.skip(annotator, record, seconds, "web");
    } else {
      const bool accepted = json_get_or(body, "accepted", false, "body");
      project_.answer(annotator, record, {json_get<Json>(body, "value", "body"), seconds, accepted, "web"});
    }
    ++decided_;
    Json reply = next(annotator);
    reply["said"] = "";
    return reply;
  }
  if (name == "flag") {
    project_.flag(annotator, record, json_get<bool>(body, "flagged", "body"));
  } else if (name == "note") {
    project_.note(annotator, record, json_get<std::string>(body, "note", "body"));
  } else {
    throw not_found();
  }
  Json reply = turn_json(annotator, project_.turn(annotator, record));
  reply["said"] = name == "note" ? "Note kept." : reply["turn"]["flagged"] == true ? "Flagged." : "No longer flagged.";
  return reply;
}

Json AnnotateServer::next(const std::string& annotator) { return turn_json(annotator, project_.next(annotator)); }

Json AnnotateServer::turn_json(const std::string& annotator, const std::optional<AnnotationTurn>& turn) {
  const data::AnnotationProgress progress = project_.progress(annotator);
  Json reply{{"turn", nullptr}, {"progress", {{"done", progress.done}, {"left", progress.left}}}};
  if (!turn) return reply;
  const data::AnnotationTask& task = project_.task();
  const data::AnnotationRecord& record = project_.records().records[turn->record];
  Json json{{"id", record.id},
            {"fields", data::shown_fields(task, record)},
            {"flagged", turn->flagged},
            {"note", turn->note}};
  if (turn->before) json["before"] = *turn->before;
  if (turn->suggestion) {
    json["suggestion"] = data::suggestion_json(*turn->suggestion);
    json["suggestion"]["text"] = data::value_text(task, turn->suggestion->value);
  }
  if (task.kind == data::AnnotationTask::Kind::kRank) json["candidates"] = data::candidates_of(task, record).size();
  if (task.kind == data::AnnotationTask::Kind::kCorrect) json["text"] = data::text_to_correct(task, record);
  reply["turn"] = std::move(json);
  return reply;
}

Json AnnotateServer::task_json() const {
  const data::AnnotationTask& task = project_.task();
  const bool keyed = task.kind == data::AnnotationTask::Kind::kLabel || task.kind == data::AnnotationTask::Kind::kRate;
  return {{"kind", task.kind_name()},
          {"labels", task.labels},
          {"multiple", task.multiple},
          {"scale", {task.scale_min, task.scale_max}},
          {"keys", keyed ? Json(task.keys()) : Json::array()},
          {"instructions", task.instructions}};
}

Json AnnotateServer::progress_json() {
  const data::AgreementReport report = data::measure_agreement(project_.task(), project_.state(), 0);
  Json annotators = Json::array(), questions = Json::array();
  for (const data::AnnotatorWork& work : report.annotators) {
    if (annotators.size() == kMostAnnotators) break;
    annotators.push_back({{"name", work.name},
                          {"answered", work.answered},
                          {"skipped", work.skipped},
                          {"with_others", data::measure_json(work.with_others)}});
  }
  for (const data::QuestionAgreement& question : report.questions) {
    questions.push_back({{"name", question.name},
                         {"shared", question.shared},
                         {"agreed", data::measure_json(question.agreed)},
                         {"alpha", data::measure_json(question.alpha)}});
  }
  const data::AnnotationProgress progress = project_.progress("");
  return {{"records", progress.records},
          {"complete", progress.complete},
          {"annotators", std::move(annotators)},
          {"questions", std::move(questions)}};
}

std::size_t serve_annotations(data::AnnotationProject& project, int port,
                              const std::function<void(const AnnotateListening&)>& on_listening) {
  constexpr std::chrono::milliseconds kPollTime{50};
  constexpr std::chrono::seconds kDrainTime{5};
  const std::string token = random_token();
  AnnotateServer server(project, token);
  HttpServer http(
      {.host = "127.0.0.1", .port = port},
      [&server](const IncomingRequest& request, const std::shared_ptr<ReplyWriter>& writer) {
        server.handle(request, writer);
      },
      error_body);
  on_listening({http.url() + "/" + token + "/", http.port()});
  while (!cancel_requested()) std::this_thread::sleep_for(kPollTime);
  http.stop_accepting();
  http.wait_until_idle(kDrainTime);
  http.stop();
  return server.decided();
}

}  // namespace llmops::serve
