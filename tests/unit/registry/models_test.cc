// Versions, the alias journal and promotion by evidence.
#include "registry/models.h"

#include <algorithm>

#include "core/error.h"
#include "registry/connection.h"
#include "registry/run.h"
#include "support/catch.h"
#include "support/registry_fixture.h"

using namespace llmops;
using namespace llmops::registry;

namespace {

struct Fixture : test::RegistryFixture {
  Artifact artifact(const std::string& text) { return record_artifact(registry, write(text + ".gguf", text), "gguf"); }
  ModelVersion add(const std::string& text) {
    return register_model(registry, "triage", artifact(text), "", Json::object());
  }

  std::string eval(const ModelVersion& model, const Json& gate, const std::string& task = "t") {
    Run run(registry, {.command = "eval"});
    run.finish({{"model_sha256", model.artifact.sha256}, {"task", task}, {"gate", gate}});
    return run.id();
  }
  std::optional<int> production() {
    for (const auto& model : list_models(registry, "triage")) {
      if (std::count(model.aliases.begin(), model.aliases.end(), "production") > 0) return model.version;
    }
    return std::nullopt;
  }
};

const Json kPassed = {{"passed", true}, {"checks", 2}};
const Json kTripped = {{"passed", false}, {"checks", 2}};

}  // namespace

TEST_CASE("versions count from 1, and equal content is the same version", "[registry]") {
  Fixture fixture;
  CHECK(fixture.add("a").version == 1);
  CHECK(fixture.add("b").version == 2);
  CHECK(fixture.add("a").version == 1);
  CHECK(get_model(fixture.registry, "triage", "", "").version == 2);
  CHECK_THROWS_AS(register_model(fixture.registry, "no/slash", fixture.artifact("a"), "", {}), UsageError);
}

TEST_CASE("versions and the journal refuse change, in SQL too", "[registry]") {
  Fixture fixture;
  fixture.add("a");
  promote_model(fixture.registry, "triage", 1, "production", "", true);
  auto& connection = fixture.registry.connection();
  CHECK_THROWS_WITH(connection.execute("UPDATE alias_journal SET to_version = NULL"), Catch::Contains("append-only"));
  CHECK_THROWS_WITH(connection.execute("DELETE FROM alias_journal"), Catch::Contains("append-only"));
  CHECK_THROWS_WITH(connection.execute("UPDATE model_versions SET path = 'x'"), Catch::Contains("immutable"));
  CHECK_THROWS_WITH(connection.execute("DELETE FROM model_versions"), Catch::Contains("immutable"));
}

TEST_CASE("promotion needs the newest gated evaluation of each task to have passed", "[registry]") {
  Fixture fixture;
  const auto model = fixture.add("a");
  const auto promote = [&] { return promote_model(fixture.registry, "triage", 1, "", "why", false); };
  SECTION("none at all") { CHECK_THROWS_WITH(promote(), "'models:/triage/1' has no finished eval run with a gate"); }
  SECTION("of other content") {
    fixture.eval(fixture.add("b"), kPassed);
    CHECK_THROWS_AS(promote(), InputError);
  }
  SECTION("a gate that checked nothing") {
    fixture.eval(model, {{"passed", true}, {"checks", 0}});
    CHECK_THROWS_AS(promote(), InputError);
  }
  SECTION("a run that did not finish") {
    {
      Run run(fixture.registry,
              {.command = "eval", .config = {{"model_sha256", model.artifact.sha256}, {"gate", kPassed}}});
    }
    CHECK_THROWS_AS(promote(), InputError);
  }
  SECTION("an old pass and a newer failure") {
    fixture.eval(model, kPassed);
    const auto id = fixture.eval(model, kTripped);
    CHECK_THROWS_WITH(promote(), Catch::Contains(id));
  }
  SECTION("one task passed, another failed") {
    fixture.eval(model, kTripped, "safety");
    fixture.eval(model, kPassed, "accuracy");
    CHECK_THROWS_WITH(promote(), Catch::Contains("tripped"));
  }
  SECTION("passed") {
    fixture.eval(model, kTripped);
    const auto id = fixture.eval(model, kPassed);
    const AliasMove move = promote();
    CHECK(move.evidence == id);
    CHECK(move.action == "promote");
    CHECK(move.why == "why");
    CHECK(fixture.production() == 1);
    return;
  }
  CHECK(fixture.production() == std::nullopt);
  CHECK(promote_model(fixture.registry, "triage", 1, "", "", true).action == "force");
}

TEST_CASE("rolling back goes one step further each time, and ends with an error", "[registry]") {
  Fixture fixture;
  for (const char* text : {"a", "b", "c"}) {
    promote_model(fixture.registry, "triage", fixture.add(text).version, "production", "", true);
  }
  CHECK(rollback_model(fixture.registry, "triage", "production", "").to_version == 2);
  CHECK(rollback_model(fixture.registry, "triage", "production", "").to_version == 1);
  CHECK_THROWS_AS(rollback_model(fixture.registry, "triage", "production", ""), InputError);
  CHECK(fixture.production() == 1);
  CHECK(alias_history(fixture.registry, "triage").size() == 5);
}

TEST_CASE("the journal tells where aliases pointed on a date", "[registry]") {
  Fixture fixture;
  fixture.add("a");
  fixture.add("b");
  const auto move = [&](const std::string& alias, std::optional<int> to, const std::string& when) {
    AliasMove one{};
    one.name = "triage";
    one.alias = alias;
    one.to_version = to;
    one.when = when;
    move_alias(fixture.registry, one);
  };
  move("production", 1, "2026-03-01T10:00:00.000Z");
  move("staging", 2, "2026-03-01T11:00:00.000Z");
  move("production", 2, "2026-03-02T10:00:00.000Z");
  move("staging", std::nullopt, "2026-03-02T11:00:00.000Z");
  using Aliases = std::vector<std::pair<std::string, int>>;
  const auto at = [&](const std::string& date) { return aliases_as_of(fixture.registry, "triage", date); };
  CHECK(at("2026-02-28") == Aliases{});
  CHECK(at("2026-03-01T10:30:00Z") == Aliases{{"production", 1}});
  CHECK(at("2026-03-01") == Aliases{{"production", 1}, {"staging", 2}});
  CHECK(at("2026-03-02") == Aliases{{"production", 2}});
  CHECK_THROWS_AS(move("staging", std::nullopt, ""), NotFoundError);
  CHECK_THROWS_AS(move("2", 1, ""), UsageError);
  CHECK_THROWS_AS(move("latest", 1, ""), UsageError);
  CHECK_THROWS_AS(move("production", 9, ""), NotFoundError);
}
