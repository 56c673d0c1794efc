// What /metrics says of the engine: over a real socket, beside the engine's own counts.
#include "serve/engine_metrics.h"

#include <fmt/format.h>

#include <fstream>
#include <regex>
#include <set>

#include "core/json.h"
#include "raw_client.h"
#include "serve/api_error.h"
#include "serve/api_server.h"
#include "serve/http_server.h"
#include "support/catch.h"
#include "support/history_engine.h"

namespace llmops::serve {
namespace {

using testing::RawClient;

ApiOptions options_of_api() {
  ApiOptions options;
  options.model_names = {"tiny"};
  return options;
}

/// The engine's steps, on a decoder without weights, behind the HTTP server.
struct ServedEngine {
  explicit ServedEngine(const infer::EngineOptions& options, std::optional<int> unlike = {})
      : engine(options, 512, unlike),
        api(options_of_api(), *engine.engine, [this](registry::ServedRequest) { ++recorded; }),
        http(
            HttpOptions(),
            [this](IncomingRequest request, const std::shared_ptr<ReplyWriter>& writer) {
              api.handle(std::move(request), writer);
            },
            error_body) {}
  ~ServedEngine() {
    http.stop();
    api.wait_until_recorded(std::chrono::seconds(5));
  }

  std::string ask(const std::string& bytes) const {
    RawClient client(http.port());
    client.send(bytes);
    return client.read_reply();
  }
  /// Of 50 prompt tokens and 200 of an answer.
  void complete() {
    const int before = recorded;
    Json prompt = Json::array();
    for (int i = 0; i < 50; ++i) prompt.push_back(i * 3 % 59);
    const Json body{
        {"model", "tiny"}, {"prompt", prompt}, {"max_tokens", 200}, {"temperature", 0}, {"ignore_eos", true}};
    REQUIRE(testing::status_of(ask(testing::post("/v1/completions", body.dump()))) == 200);
    const auto idle = [&] { return recorded > before && engine->stats().cache_usage == 0; };
    for (int i = 0; i < 1000 && !idle(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    REQUIRE(idle());
  }
  /// @param metric  without its prefix, with its labels but for the model's name
  double value(const std::string& metric, const std::string& labels = "") const {
    const std::string text = testing::body_of(ask(testing::get("/metrics")));
    const std::string begin = fmt::format("\nllmops:{}{{{}model_name=\"tiny\"}} ", metric, labels);
    const auto found = text.find(begin);
    INFO(begin);
    REQUIRE(found != std::string::npos);
    return std::stod(text.substr(found + begin.size()));
  }
  double guesses(const char* which, const char* kind) const {
    return value(fmt::format("spec_decode_num_{}_tokens_total", which), fmt::format("kind=\"{}\",", kind));
  }

  test::HistoryEngine engine;
  std::atomic<int> recorded = 0;
  ApiServer api;
  HttpServer http;
};

}  // namespace

TEST_CASE("guesses are counted by what made them, as the engine counts them", "[serve]") {
  infer::EngineOptions options;
  const bool model = GENERATE(false, true);
  options.prompt_lookup = model ? 0 : 6;
  ServedEngine server(options, model ? std::optional(20) : std::nullopt);
  const char* const kind = model ? "draft_model" : "prompt_lookup";
  const char* const other = model ? "prompt_lookup" : "draft_model";
  CHECK(server.guesses("draft", kind) == 0);
  double before = 0;
  for (int i = 0; i < 3; ++i) {
    server.complete();
    const infer::EngineStats stats = server.engine->stats();
    CHECK(stats.guesses_by == kind);
    CHECK(server.guesses("draft", kind) == static_cast<double>(stats.counts.drafted_tokens));
    CHECK(server.guesses("accepted", kind) == static_cast<double>(stats.counts.accepted_tokens));
    CHECK(server.value("engine_steps_total") == static_cast<double>(stats.counts.steps));
    CHECK(server.guesses("accepted", kind) > before);
    before = server.guesses("accepted", kind);
  }
  CHECK(server.guesses("accepted", kind) <= server.guesses("draft", kind));
  CHECK(server.guesses("draft", other) == 0);
  CHECK(server.guesses("accepted", other) == 0);
}

TEST_CASE("prompt tokens that were in the cache are hits", "[serve]") {
  ServedEngine server({});
  server.complete();
  CHECK(server.value("prefix_cache_queries_total") == 50);
  CHECK(server.value("prefix_cache_hits_total") == 0);
  server.complete();
  CHECK(server.value("prefix_cache_queries_total") == 100);
  CHECK(server.value("prefix_cache_hits_total") == 48);  // blocks of 16
  CHECK(server.engine->stats().counts.cached_tokens == 48);
  CHECK(server.value("num_preemptions_total") == 0);
  CHECK(server.guesses("draft", "draft_model") == 0);
  CHECK(server.guesses("draft", "prompt_lookup") == 0);
}

TEST_CASE("the page of metrics names those that are shown, with their types", "[serve]") {
  ServedEngine server({});
  server.complete();
  std::set<std::string> shown, written;
  const auto collect = [](const std::string& text, const char* pattern, std::set<std::string>& into) {
    const std::regex matcher(pattern);
    for (std::sregex_iterator at(text.begin(), text.end(), matcher), end; at != end; ++at)
      into.insert((*at)[1].str() + " " + (*at)[2].str());
  };
  collect(testing::body_of(server.ask(testing::get("/metrics"))), "# TYPE (llmops:\\S+) (\\S+)", shown);
  std::ifstream page(LLMOPS_SOURCE_DIR "/docs/metrics.md");
  collect({std::istreambuf_iterator<char>(page), {}}, "\\| `(llmops:\\S+)` \\| (\\S+)", written);
  CHECK(shown == written);
}

}  // namespace llmops::serve
