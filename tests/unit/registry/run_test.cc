// Runs: how they end, what they keep, and what becomes of one whose process was killed.
#include "registry/run.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <thread>

#include "core/cancel.h"
#include "core/error.h"
#include "registry/connection.h"
#include "registry/run_report.h"
#include "registry/runs.h"
#include "support/catch.h"
#include "support/registry_fixture.h"

using namespace llmops;
using llmops::test::TemporaryDirectory;
using namespace llmops::registry;

namespace {

using Fixture = test::RegistryFixture;

}  // namespace

TEST_CASE("a finished run keeps its command, parameters, metrics, edges and summary", "[registry]") {
  Fixture fixture;
  std::string id;
  {
    Run run(fixture.registry, {.command = "finetune-lora",
                               .argv = {"llmops", "finetune-lora", "lora.yaml"},
                               .config = {{"lora", {{"r", 8}}}, {"modules", {"q", "v"}}, {"name", "x"}},
                               .seed = 18446744073709551615ULL});
    id = run.id();
    CHECK(get_run(fixture.registry, id).status == "running");
    const auto data = run.add_input(fixture.write("data.txt", "hello"), "text");
    run.log_metrics({{"loss", 2.5}, {"rate", 0.1}}, 1);
    run.log_metric("loss", std::nan(""), 2);
    run.log_metric("loss", -INFINITY, 3);
    const auto adapter = run.add_output(fixture.write("adapter.bin", "weights"), "adapter");
    CHECK(adapter.bytes == 7);
    CHECK(data.sha256 == "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
    run.finish({{"loss", 2.5}});
  }
  const RunRecord run = get_run(fixture.registry, id);
  CHECK(run.status == "finished");
  CHECK(run.seed == "18446744073709551615");
  CHECK(run.summary == Json({{"loss", 2.5}}));
  CHECK(run.argv.back() == "lora.yaml");
  CHECK(run.peak_memory_bytes > 1'000'000);
  CHECK(run.energy_j.has_value() == EnergyMeter().joules().has_value());
  CHECK(run.versions.contains("sqlite"));
  CHECK(list_params(fixture.registry, id) ==
        std::vector<std::pair<std::string, std::string>>{{"lora.r", "8"}, {"modules", R"(["q","v"])"}, {"name", "x"}});
  const auto series = list_metrics(fixture.registry, id);
  REQUIRE(series.size() == 2);
  REQUIRE(series[0].points.size() == 3);
  CHECK(series[0].points[0].value == 2.5);
  CHECK(std::isnan(series[0].points[1].value));
  CHECK(series[0].points[2].value == -INFINITY);
  CHECK(list_inputs(fixture.registry, id).size() == 1);
  CHECK(list_outputs(fixture.registry, id).at(0).kind == "adapter");
}

TEST_CASE("a run that is left open fails, and says why when told", "[registry]") {
  Fixture fixture;
  std::string id;
  const auto leave_open = [&](const std::string& error) {
    id = Run(fixture.registry, {.command = "eval"}).id();
    if (!error.empty()) describe_failure(fixture.registry, error);
  };
  leave_open("disk on fire");
  CHECK(get_run(fixture.registry, id).status == "failed");
  CHECK(get_run(fixture.registry, id).error == "disk on fire");
  leave_open("");
  describe_failure(fixture.registry, "told afterwards");
  CHECK(get_run(fixture.registry, id).error == "told afterwards");
  describe_failure(fixture.registry, "of something else");
  CHECK(get_run(fixture.registry, id).error == "told afterwards");
}

TEST_CASE("a run that is left open after Ctrl-C is interrupted, not failed", "[registry]") {
  Fixture fixture;
  std::string id;
  {
    Run run(fixture.registry, {.command = "eval"});
    id = run.id();
    request_cancel();
  }
  clear_cancel();
  CHECK(get_run(fixture.registry, id).status == "interrupted");
}

TEST_CASE("the run of a killed process is found lost, one that goes on is not", "[registry]") {
  TemporaryDirectory folder;
  const auto file = folder.path() / "registry.db";
  int ready[2];
  REQUIRE(::pipe(ready) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    Registry registry(file);
    Run run(registry, {.command = "serve"});
    const char one = '1';
    (void)!::write(ready[1], &one, 1);
    ::pause();
    ::_exit(0);
  }
  char byte = 0;
  REQUIRE(::read(ready[0], &byte, 1) == 1);
  std::string id;
  {
    Registry registry(file);
    id = get_run(registry, "latest").id;
    CHECK(get_run(registry, id).status == "running");
  }
  ::kill(child, SIGKILL);
  SECTION("reaped") { ::waitpid(child, nullptr, 0); }
  SECTION("not reaped yet") {
    siginfo_t info{};
    ::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT);
  }
  Registry registry(file);
  CHECK(get_run(registry, id).status == "lost");
  CHECK_FALSE(get_run(registry, id).ended_at.empty());
  ::waitpid(child, nullptr, 0);
  ::close(ready[0]);
  ::close(ready[1]);
}

TEST_CASE("runs know the run that started them, told in code or by the environment", "[registry]") {
  Fixture fixture;
  Run parent(fixture.registry, {.command = "sweep"});
  const Run first(fixture.registry, {.command = "finetune-lora", .parent_run = parent.id()});
  ::setenv("LLMOPS_PARENT_RUN", parent.id().c_str(), 1);
  const Run second(fixture.registry, {.command = "finetune-lora"});
  ::setenv("LLMOPS_PARENT_RUN", "r-20200101-000000", 1);
  CHECK_THROWS_WITH(Run(fixture.registry, {.command = "eval"}), Catch::Contains("no run of this registry"));
  ::unsetenv("LLMOPS_PARENT_RUN");
  CHECK(get_run(fixture.registry, second.id()).parent_run == parent.id());
  CHECK(get_run(fixture.registry, Run(fixture.registry, {.command = "eval"}).id()).parent_run.empty());
  RunFilter filter;
  filter.parent = parent.id();
  CHECK(list_runs(fixture.registry, filter).size() == 2);
  const Json json = run_json(fixture.registry, get_run(fixture.registry, parent.id()));
  REQUIRE(json["children"].size() == 2);
  CHECK(json["children"][0]["id"] == first.id());
  CHECK(run_text(fixture.registry, get_run(fixture.registry, parent.id()), 0).find(second.id()) != std::string::npos);
}

TEST_CASE("a running run of another host is left alone", "[registry]") {
  Fixture fixture;
  {
    Run run(fixture.registry, {.command = "serve"});
    fixture.registry.connection().execute("UPDATE runs SET host = 'elsewhere', boot_id = 'other'");
    Registry again(fixture.registry.file());
    CHECK(get_run(again, run.id()).status == "running");
    fixture.registry.connection().execute("UPDATE runs SET host = '" + get_run(again, run.id()).host + "'");
    run.finish({});
  }
}

TEST_CASE("runs are found by a part of their id, and near ids are listed", "[registry]") {
  Fixture fixture;
  Run run(fixture.registry, {.command = "eval"});
  CHECK(get_run(fixture.registry, run.id().substr(run.id().size() - 6)).id == run.id());
  CHECK(get_run(fixture.registry, "r-2").id == run.id());
  Run other(fixture.registry, {.command = "eval"});
  CHECK_THROWS_AS(get_run(fixture.registry, "r-2"), InputError);
  std::string mistyped = run.id();
  mistyped.back() = mistyped.back() == 'z' ? 'y' : 'z';
  try {
    get_run(fixture.registry, mistyped);
    FAIL("a missing run was found");
  } catch (const NotFoundError& error) {
    CHECK(std::string(error.what()) == "there is no run '" + mistyped + "'");
    CHECK_THAT(error.hint(), Catch::Contains(run.id()));
  }
  run.finish({});
  other.finish({});
}

TEST_CASE("tags are set, replaced and removed", "[registry]") {
  Fixture fixture;
  Run run(fixture.registry, {.command = "eval"});
  tag_run(fixture.registry, run.id(), "team", "a");
  tag_run(fixture.registry, run.id(), "team", "b");
  CHECK(get_run(fixture.registry, run.id()).tags == std::vector<std::pair<std::string, std::string>>{{"team", "b"}});
  tag_run(fixture.registry, run.id(), "team", "");
  CHECK(get_run(fixture.registry, run.id()).tags.empty());
  run.finish({});
}
