// Recorded requests as conversations.
#include "data/tables/request_rows.h"

#include "core/error.h"
#include "registry/requests.h"
#include "support/catch.h"
#include "support/registry_fixture.h"
#include "support/table_rows.h"

namespace llmops::data {
namespace {

registry::ServedRequest request(const std::string& id, const std::string& at, Json body, const std::string& response) {
  registry::ServedRequest served;
  served.id = id;
  served.started_at = at;
  served.route = body.contains("prompt") ? "/v1/completions" : "/v1/chat/completions";
  served.model = "triage";
  served.model_sha256 = "abc";
  served.request = std::move(body);
  served.response = response;
  return served;
}

Json turn(const char* role, Json content) { return {{"role", role}, {"content", std::move(content)}}; }
Json chat(std::vector<Json> turns) { return {{"messages", std::move(turns)}}; }

std::vector<Json> rows_of(const test::RegistryFixture& fixture, RequestSpec spec = {}) {
  spec.registry = fixture.registry.file();
  return test::table_rows(*open_requests(spec));
}

TEST_CASE("a recorded request becomes a conversation that ends with its answer", "[data]") {
  test::RegistryFixture fixture;
  const Json parts = Json::array({{{"type", "text"}, {"text", "Hello "}}, {{"type", "text"}, {"text", "you"}}});
  registry::record_requests(
      fixture.registry,
      {request("second", "2026-03-02T00:00:00.000Z", {{"prompt", "Once"}}, " upon a time"),
       request("first", "2026-03-01T00:00:00.000Z", chat({turn("system", "Be kind"), turn("user", parts)}), "Hi \"é\""),
       request("third", "2026-03-03T00:00:00.000Z", {{"messages", {turn("user", "x")}}, {"n", 2}}, R"(["a","b"])")});
  CHECK(rows_of(fixture) ==
        std::vector<Json>{
            {{"id", "first"},
             {"messages", {turn("system", "Be kind"), turn("user", "Hello you"), turn("assistant", "Hi \"é\"")}},
             {"model", "triage"},
             {"model_sha256", "abc"},
             {"prompt", ""},
             {"started_at", "2026-03-01T00:00:00.000Z"}},
            {{"id", "second"},
             {"messages", {turn("user", "Once"), turn("assistant", " upon a time")}},
             {"model", "triage"},
             {"model_sha256", "abc"},
             {"prompt", ""},
             {"started_at", "2026-03-02T00:00:00.000Z"}},
            {{"id", "third"},
             {"messages", {turn("user", "x"), turn("assistant", "a")}},
             {"model", "triage"},
             {"model_sha256", "abc"},
             {"prompt", ""},
             {"started_at", "2026-03-03T00:00:00.000Z"}}});
}

TEST_CASE("failed requests and those without content are not rows, and others than text have no messages", "[data]") {
  test::RegistryFixture fixture;
  auto failed = request("failed", "2026-03-01T00:00:00.000Z", chat({turn("user", "x")}), "y");
  failed.status = 500;
  auto cancelled = request("cancelled", "2026-03-01T00:00:00.000Z", chat({turn("user", "x")}), "y");
  cancelled.error = "the client closed the connection";
  auto silent = request("silent", "2026-03-01T00:00:00.000Z", chat({}), "");
  silent.request = nullptr;
  const Json image = Json::array({{{"type", "image_url"}, {"image_url", {{"url", "data:"}}}}});
  registry::record_requests(
      fixture.registry,
      {failed, cancelled, silent, request("image", "2026-03-01T00:00:00.000Z", chat({turn("user", image)}), "a cat"),
       request("ids", "2026-03-02T00:00:00.000Z", {{"prompt", {1, 2, 3}}}, "four")});
  const auto rows = rows_of(fixture);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0]["id"] == "image");
  CHECK(rows[0]["messages"].is_null());
  CHECK(rows[1]["messages"].is_null());
}

TEST_CASE("requests are chosen by model and time", "[data]") {
  test::RegistryFixture fixture;
  auto other = request("other", "2026-03-02T00:00:00.000Z", chat({turn("user", "x")}), "y");
  other.model = "draft";
  registry::record_requests(fixture.registry,
                            {request("a", "2026-03-01T00:00:00.000Z", chat({turn("user", "x")}), "y"), other,
                             request("b", "2026-03-03T00:00:00.000Z", chat({turn("user", "x")}), "y")});
  RequestSpec spec;
  spec.model = "triage";
  CHECK(rows_of(fixture, spec).size() == 2);
  spec = {};
  spec.since = "2026-03-02";
  spec.until = "2026-03-03";
  const auto later = rows_of(fixture, spec);
  REQUIRE(later.size() == 1);
  CHECK(later[0]["id"] == "other");
}

TEST_CASE("feedback is asked for in vain, and a missing registry is named", "[data]") {
  test::RegistryFixture fixture;
  RequestSpec spec;
  spec.min_feedback = 1.0;
  CHECK_THROWS_AS(rows_of(fixture, spec), UsageError);
  spec = {};
  spec.registry = fixture.folder.path() / "none.db";
  CHECK_THROWS_AS(open_requests(spec), NotFoundError);
}

}  // namespace
}  // namespace llmops::data
