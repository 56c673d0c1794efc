// The whole command on an engine that answers as told: exit codes, files, the run in the registry.
#include "eval/evaluate.h"

#include "core/files.h"
#include "registry/run.h"
#include "support/catch.h"
#include "unit/eval/fake_engine.h"
#include "unit/eval/scratch.h"

using namespace llmops;
using namespace llmops::eval;

namespace {

constexpr const char* kTask =
    "task: capitals\ndataset_path: docs.jsonl\ndoc_to_text: q\ndoc_to_target: a\n"
    "metric_list: [{metric: exact_match}, {metric: bleu}]\n";

/// A registry, a task of four documents, and two models: "good" answers all, "bad" the first half.
struct Bench {
  Scratch scratch;
  registry::Registry registry{scratch.path() / ".llmops/registry.db"};
  Progress silent;
  EvaluateOptions options;
  EvaluateHooks hooks;

  Bench() {
    options.tasks = {scratch.write("task.yaml", kTask).string()};
    scratch.write("docs.jsonl",
                  "{\"q\": \"1\", \"a\": \"A1\"}\n{\"q\": \"2\", \"a\": \"A2\"}\n"
                  "{\"q\": \"3\", \"a\": \"A3\"}\n{\"q\": \"4\", \"a\": \"A4\"}\n");
    scratch.write("good/config.json", "{}");
    scratch.write("bad/config.json", "{ }");
    options.model = "good";
    hooks.resolve_model = [this](const std::string& text, const std::string&) {
      return model::ModelSource{text, text, scratch.path() / text, {}, "model"};
    };
    hooks.open_engine = [](const infer::EngineOptions& opened) {
      auto engine = std::make_unique<fake::FakeEngine>();
      const bool good = opened.model.ends_with("good");
      engine->answer = [good](const std::string& prompt) { return good || prompt < "3" ? "A" + prompt : "?"; };
      return engine;
    };
  }
  EvaluateReport run() { return evaluate(registry, options, hooks, silent); }
};

}  // namespace

TEST_CASE("an evaluation reports, writes its files and records its run", "[eval]") {
  Bench bench;
  bench.options.junit = (bench.scratch.path() / "junit.xml").string();
  bench.options.gates = {"accuracy>=0.9", "capitals.bleu>=101"};
  const EvaluateReport report = bench.run();
  CHECK(report.exit_code == ExitCode::kTripped);
  const Json& json = report.json;
  CHECK(json["metrics"]["exact_match"] == 1.0);
  CHECK(json["metrics"]["accuracy"] == 1.0);
  CHECK(json["metrics"]["capitals.exact_match"] == 1.0);
  CHECK(json["results"]["capitals"]["exact_match,none"] == 1.0);
  CHECK(json["results"]["capitals"]["exact_match_stderr,none"] == 0.0);
  CHECK(json["n-samples"]["capitals"]["effective"] == 4);
  CHECK(json["gate"]["passed"] == false);
  CHECK(json["gate"]["checks"] == 2);
  CHECK(json["gate"]["results"][0]["outcome"] == "passed");
  CHECK(json["gate"]["results"][1]["outcome"] == "failed");
  CHECK(json["model_sha256"].get<std::string>().size() == 64);
  CHECK(json["task"] == "capitals");
  const fs::path folder = json["samples"].get<std::string>();
  CHECK(read_json_file(folder / "results.json")["run_id"] == json["run_id"]);
  const std::string samples = read_file(folder / "samples_capitals.jsonl");
  const Json first = Json::parse(samples.substr(0, samples.find('\n')));
  CHECK(first["prompt"] == "1");
  CHECK(first["output"] == "A1");
  CHECK(first["exact_match"] == 1.0);
  const std::string junit = read_file(bench.options.junit);
  CHECK(junit.find("<testsuite name=\"capitals\" tests=\"2\" failures=\"1\" errors=\"0\"") != std::string::npos);
  CHECK(junit.find("bleu is 0, expected at least 101") != std::string::npos);
  CHECK(report.text.find("exact_match") != std::string::npos);
}

TEST_CASE("a passed gate exits 0, a baseline shows what changed", "[eval]") {
  Bench bench;
  bench.options.gates = {"exact_match>=1"};
  CHECK(bench.run().exit_code == ExitCode::kDone);
  bench.options.baseline = "bad";
  bench.options.max_drops = {"0"};
  const EvaluateReport better = bench.run();
  CHECK(better.exit_code == ExitCode::kDone);
  CHECK(better.json["baseline"]["delta"]["capitals"]["exact_match,none"] == 0.5);
  CHECK(better.text.find("+0.5") != std::string::npos);
  bench.options.model = "bad";
  bench.options.baseline = "good";
  bench.options.gates = {};
  CHECK(bench.run().exit_code == ExitCode::kTripped);
  bench.options.max_drops = {"exact_match=0.5"};
  CHECK(bench.run().exit_code == ExitCode::kDone);
}

TEST_CASE("without a gate nothing is promised", "[eval]") {
  Bench bench;
  const EvaluateReport report = bench.run();
  CHECK(report.exit_code == ExitCode::kDone);
  CHECK(report.json["gate"]["passed"] == false);
  CHECK(report.json["gate"]["checks"] == 0);
}

TEST_CASE("nothing measured exits 4", "[eval]") {
  Bench bench;
  bench.scratch.write(
      "task.yaml", "task: t\ndataset_path: docs.jsonl\noutput_type: loglikelihood\ndoc_to_text: q\ndoc_to_target: a\n");
  bench.hooks.open_engine = [](const infer::EngineOptions&) {
    auto engine = std::make_unique<fake::FakeEngine>();
    engine->logprob = [](std::span<const text::TokenId>, std::size_t) { return NAN; };
    return engine;
  };
  CHECK(bench.run().exit_code == ExitCode::kNothingMeasured);
  bench.options.gates = {"acc>=0"};
  const EvaluateReport report = bench.run();
  CHECK(report.exit_code == ExitCode::kNothingMeasured);
  CHECK(report.json["gate"]["results"][0]["outcome"] == "unmeasured");
  CHECK(report.json["results"]["t"]["acc,none"].is_null());
  CHECK(report.json["tasks"]["t"]["errors"] == 4);
}

TEST_CASE("mistakes are found before a model is opened", "[eval]") {
  Bench bench;
  bench.hooks.open_engine = [](const infer::EngineOptions&) -> std::unique_ptr<infer::Engine> {
    FAIL("a model was opened");
    return nullptr;
  };
  bench.options.gates = {"exact_mtch>=1"};
  CHECK_THROWS_AS(bench.run(), UsageError);
  bench.options.gates = {};
  bench.options.max_drops = {"0.1"};
  CHECK_THROWS_AS(bench.run(), UsageError);
  bench.options.max_drops = {};
  bench.options.tasks.push_back(bench.options.tasks[0]);
  CHECK_THROWS_AS(bench.run(), UsageError);
  bench.options.tasks.pop_back();
  bench.options.data = "nowhere.jsonl";
  CHECK_THROWS_AS(bench.run(), NotFoundError);
  bench.options.data = "";
  bench.options.dry_run = true;
  CHECK(bench.run().json["tasks"]["capitals"]["documents"] == 4);
}

TEST_CASE("the limit takes the first documents", "[eval]") {
  Bench bench;
  bench.options.limit = 3;
  bench.options.model = "bad";
  const EvaluateReport report = bench.run();
  CHECK(report.json["metrics"]["exact_match"].get<double>() == Approx(2.0 / 3));
  CHECK(report.json["n-samples"]["capitals"] == Json{{"original", 4}, {"effective", 3}});
}
