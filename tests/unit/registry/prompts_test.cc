// Prompt versions, labels, slots and differences; served requests with and without content.
#include "registry/prompts.h"

#include "core/error.h"
#include "registry/connection.h"
#include "registry/prompt_text.h"
#include "registry/requests.h"
#include "registry/run.h"
#include "support/catch.h"
#include "support/registry_fixture.h"

using namespace llmops;
using namespace llmops::registry;

namespace {

struct Fixture : test::RegistryFixture {
  PromptVersion add(const std::string& body, const std::string& format = "text") {
    PromptVersion prompt;
    prompt.name = "triage";
    prompt.body = body;
    prompt.format = format;
    return add_prompt(registry, prompt);
  }
};

}  // namespace

TEST_CASE("prompt versions are immutable, latest is automatic, labels move", "[registry]") {
  Fixture fixture;
  CHECK(fixture.add("one {{x}}").version == 1);
  CHECK(fixture.add("two").version == 2);
  CHECK(fixture.add("two").version == 2);
  CHECK(fixture.add("one {{x}}").version == 3);  // going back is a new version: the history stays whole
  CHECK(resolve_prompt(fixture.registry, "prompt://triage@latest").version == 3);
  label_prompt(fixture.registry, "triage", "production", 1);
  label_prompt(fixture.registry, "triage", "production", 2);
  CHECK(resolve_prompt(fixture.registry, "triage@production").uri() == "prompt://triage/2");
  label_prompt(fixture.registry, "triage", "production", std::nullopt);
  CHECK_THROWS_AS(resolve_prompt(fixture.registry, "triage@production"), NotFoundError);
  CHECK_THROWS_AS(label_prompt(fixture.registry, "triage", "latest", 1), UsageError);
  CHECK_THROWS_AS(label_prompt(fixture.registry, "triage", "x", 9), NotFoundError);
  CHECK_THROWS_AS(resolve_prompt(fixture.registry, "triag"), NotFoundError);
  CHECK_THROWS_WITH(fixture.registry.connection().execute("UPDATE prompt_versions SET body = ''"),
                    Catch::Contains("immutable"));
}

TEST_CASE("an exported prompt imports as the same content", "[registry]") {
  Fixture fixture;
  const auto chat = fixture.add(R"([{"role":"user","content":"{{q}}"}])", "chat");
  const auto back = add_prompt(fixture.registry, import_prompt(export_prompt(chat), "file.json"));
  CHECK(back.version == chat.version);
  CHECK(back.sha256 == chat.sha256);
  CHECK_THROWS_WITH(import_prompt({{"name", "x"}}, "file.json"), Catch::Contains("file.json"));
}

TEST_CASE("broken bodies are refused with their line", "[registry]") {
  Fixture fixture;
  CHECK_THROWS_WITH(fixture.add("a\nb {{x"), "triage:2: '{{' is not closed");
  CHECK_THROWS_WITH(fixture.add("{{a b}}"), "triage:1: 'a b' is not a variable name");
  CHECK_THROWS_AS(fixture.add("not json", "chat"), InputError);
  CHECK_THROWS_AS(fixture.add("{}", "chat"), InputError);
  CHECK_THROWS_AS(fixture.add(R"([{"role":"user"}])", "chat"), InputError);
  CHECK_THROWS_AS(fixture.add("x", "yaml"), InputError);
}

TEST_CASE("slots are listed, filled and linted", "[registry]") {
  const std::string body = "Dear {{ name }}, {{city}} and {{name}}";
  CHECK(prompt_variables("p", body) == std::vector<std::string>{"name", "city"});
  CHECK(fill_prompt("p", body, {{"name", "{{city}}"}, {"city", "Bonn"}}) == "Dear {{city}}, Bonn and {{city}}");
  CHECK_THROWS_WITH(fill_prompt("p", body, {{"name", "A"}}), "p: no value for 'city'");
  const auto findings = lint_prompt("p", body, {"name", "cty"});
  REQUIRE(findings.size() == 2);
  CHECK(findings[0].error);
  CHECK(findings[0].message == "variable 'city' is unbound");
  CHECK_FALSE(findings[1].error);
  CHECK(findings[1].message == "'cty' is given but never used, did you mean 'city'?");
}

TEST_CASE("line differences keep what is common", "[registry]") {
  CHECK(line_diff("a\nb\nc\n", "a\nx\nc\nd\n") == "  a\n- b\n+ x\n  c\n+ d\n");
  CHECK(line_diff("a", "a").empty());
  CHECK(line_diff("", "a") == "+ a\n");
}

TEST_CASE("requests come back as written, without content when asked", "[registry]") {
  Fixture fixture;
  Run run(fixture.registry, {.command = "serve"});
  ServedRequest full;
  full.id = "chatcmpl-1";
  full.run_id = run.id();
  full.started_at = "2026-03-01T10:00:00.000Z";
  full.model = "triage";
  full.streamed = true;
  full.latency_ms = 12.5;
  full.request = {{"messages", Json::array()}};
  full.response = "hello";
  ServedRequest bare = full;
  bare.id = "chatcmpl-0";
  bare.started_at = "2026-03-01T09:00:00.000Z";
  bare.request = nullptr;
  bare.response = "";
  record_requests(fixture.registry, {full, bare});
  const auto all = list_requests(fixture.registry, {}, true);
  REQUIRE(all.size() == 2);
  CHECK(all[0].id == "chatcmpl-0");
  CHECK(all[0].request.is_null());
  CHECK(all[1].request == full.request);
  CHECK(all[1].response == "hello");
  CHECK(all[1].streamed);
  CHECK(all[1].latency_ms == 12.5);
  CHECK(list_requests(fixture.registry, {}, false)[1].response.empty());
  RequestFilter filter;
  filter.since = "2026-03-01T09:30";
  CHECK(list_requests(fixture.registry, filter, false).size() == 1);
  filter.until = "2026-03-01T10:00:00.000Z";
  CHECK(list_requests(fixture.registry, filter, false).empty());
  run.finish({});
}
