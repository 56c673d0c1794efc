// Sweeps of the tiny model, as a person runs them: results, children in the registry, kills and interruptions.
#include <fmt/format.h>

#include "core/files.h"
#include "core/json.h"
#include "core/json_lines.h"
#include "support/catch.h"
#include "support/cli.h"
#include "support/temporary_directory.h"

using namespace llmops;
using test::run_llmops;

namespace {

using Words = std::vector<std::string>;

struct Place {
  test::TemporaryDirectory root;

  explicit Place(const std::string& sweep_lines, int max_steps = 4) {
    std::string rows;
    for (int i = 0; i < 24; ++i) {
      rows += fmt::format(
          R"({{"messages": [{{"role": "user", "content": "ticket {}"}}, {{"role": "assistant", "content": "ok {}"}}]}})",
          i, i % 3);
      rows += "\n";
    }
    write_file_atomic(root.path() / "data.jsonl", rows);
    write_file_atomic(
        root.path() / "recipe.yaml",
        fmt::format("base_model: {}\ndatasets: [{{path: data.jsonl}}]\nval_set_size: 0.25\nmax_steps: {}\n"
                    "eval_steps: 2\noutput_dir: out\nwarmup_ratio: 0\n",
                    test::golden("tiny-chat").string(), max_steps));
    write_file_atomic(root.path() / "sweep.yaml",
                      "recipe: recipe.yaml\noutput_dir: s\nmetric: {name: val_loss_best}\n" + sweep_lines);
  }

  test::CliResult run(const Words& words, int kill_after_ms = 0, int signal = 9) const {
    test::CliOptions options;
    options.working_directory = root.path();
    options.kill_after_ms = kill_after_ms;
    options.kill_signal = signal;
    return run_llmops(words, options);
  }
  Json json(Words words) const {
    words.emplace_back("--json");
    const auto result = run(words);
    INFO(result.err);
    REQUIRE(result.exit_code == 0);
    return parse_json(result.out, "stdout");
  }
  /// Lines of the journal below its head.
  std::vector<Json> journal() const {
    std::vector<Json> lines;
    const std::string text = read_file(root.path() / "s/sweep.jsonl");
    for (const JsonLine& line : split_json_lines(text, "sweep.jsonl"))
      lines.push_back(parse_json(line.text, line.origin));
    lines.erase(lines.begin());
    return lines;
  }
};

const std::string kGrid = "method: grid\nparameters: {learning_rate: [1e-4, 1e-2], lora_r: [2, 4]}\n";

}  // namespace

TEST_CASE("a sweep trains each combination as a child and keeps the best", "[cli]") {
  const Place place(kGrid);
  const Json plan = place.json({"sweep", "sweep.yaml", "--dry-run"});
  CHECK(plan["trials"] == 4);
  CHECK(plan["steps"] == 16);
  CHECK(plan["seconds_estimate"] > 0);
  CHECK_FALSE(fs::exists(place.root.path() / "s"));

  const Json report = place.json({"sweep", "sweep.yaml", "--name", "best"});
  REQUIRE(report["trials"].size() == 4);
  CHECK(report["uri"] == "models:/best/1");
  CHECK(report["trials"][0]["params"]["learning_rate"] == 1e-2);
  CHECK(report["trials"][0]["best"] == true);
  const Json children = place.json({"runs", "list", "--parent", report["run_id"].get<std::string>()})["runs"];
  REQUIRE(children.size() == 4);
  for (const Json& child : children) CHECK(child["command"] == "finetune-lora");
  CHECK(place.json({"runs", "show", report["run_id"].get<std::string>()})["metrics"]["val_loss_best"].size() == 4);
  CHECK(fs::exists(place.root.path() / "s/sweep.html"));
  CHECK_FALSE(fs::exists(place.root.path() / "s/trials/000/output.checkpoints"));
  CHECK(place.run({"sweep", "sweep.yaml"}).exit_code == 2);  // never twice over the same folder

  // The best recipe gives the best trial's loss.
  const Json again = place.json({"finetune-lora", "s/best.yaml"});
  CHECK(again["val_loss_best"] == report["trials"][0]["metrics"]["val_loss_best"]);
}

TEST_CASE("a sweep that is killed goes on without doing anything twice", "[cli]") {
  const std::string lines = "method: random\ntrials: 4\nparameters: {learning_rate: {min: 1e-4, max: 1e-2}}\n";
  const Place whole(lines), killed(lines);
  const Json expected = whole.json({"sweep", "sweep.yaml"});
  std::size_t results = 0;
  for (int attempt = 0; attempt < 60; ++attempt) {
    const fs::path journal = killed.root.path() / "s/sweep.jsonl";
    const auto result = killed.run({"sweep", "sweep.yaml", "--resume", "--json"}, 400 + 150 * attempt);
    if (result.exit_code == 0) {
      const Json report = parse_json(result.out, "stdout");
      REQUIRE(report["trials"].size() == 4);
      for (std::size_t i = 0; i < 4; ++i) {
        CHECK(report["trials"][i]["params"] == expected["trials"][i]["params"]);
        CHECK(report["trials"][i]["metrics"]["val_loss_best"] == expected["trials"][i]["metrics"]["val_loss_best"]);
      }
      CHECK(attempt > 0);
      CHECK(killed.journal().size() == 4);
      return;
    }
    REQUIRE(result.exit_code == 128 + 9);
    if (!fs::exists(journal)) continue;
    write_file_atomic(journal, read_file(journal) + "{\"tri");  // cut in mid-line
    results = std::max(results, split_json_lines(read_file(journal), "").size());
  }
  FAIL("it never came to its end");
}

TEST_CASE("Ctrl-C notes where a sweep stands", "[cli]") {
  const Place place("method: random\ntrials: 3\nparameters: {learning_rate: {min: 1e-4, max: 1e-2}}\n", 4000);
  const auto cut = place.run({"sweep", "sweep.yaml"}, 6000, 2);
  INFO(cut.err);
  REQUIRE(cut.exit_code == 130);
  CHECK_THAT(cut.err, Catch::Contains("add --resume to go on"));
  CHECK(place.journal().at(0)["status"] == "interrupted");
  const Json runs = place.json({"runs", "list", "--command", "sweep"})["runs"];
  CHECK(runs[0]["status"] == "interrupted");
  CHECK(place.run({"sweep", "sweep.yaml"}).exit_code == 2);
  const auto changed = place.run({"sweep", "sweep.yaml", "--resume", "--seed", "3"});
  CHECK(changed.exit_code == 1);
  CHECK_THAT(changed.err, Catch::Contains("seed: 42 then, 3 now"));
}

TEST_CASE("halving goes on from checkpoints", "[cli]") {
  const Place place(
      "method: halving\ntrials: 3\nmin_resource: 3\nmax_resource: 9\n"
      "parameters: {learning_rate: {min: 1e-4, max: 1e-2, distribution: log_uniform}}\n");
  const Json report = place.json({"sweep", "sweep.yaml"});
  const auto lines = place.journal();
  REQUIRE(lines.size() == 4);
  CHECK(lines[3]["rung"] == 1);
  CHECK(lines[3]["report"]["resumed"] == true);
  CHECK(lines[3]["report"]["steps"] == 9);
  CHECK(report["trials"][0]["status"] == "finished");
  CHECK(report["trials"][2]["status"] == "dropped");
  // As if it had never stopped, but for validations at other steps.
  const Json again = place.json({"finetune-lora", "s/best.yaml"});
  CHECK(again["loss_last"] == report["trials"][0]["metrics"]["loss_last"]);
}

TEST_CASE("failed trials are told, and all of them fail the sweep", "[cli]") {
  // A model that is not one; the first of either half of trials has the right one.
  const Place place(fmt::format("method: grid\nparameters: {{base_model: ['{}', 'data.jsonl']}}\n",
                                test::golden("tiny-chat").string()));
  const Json report = place.json({"sweep", "sweep.yaml"});
  CHECK(report["trials"][1]["status"] == "failed");
  CHECK(report["trials"][1]["error"].get<std::string>().size() > 10);
  const Place hopeless("method: grid\nparameters: {lora_target_modules: [[nothing], [nowhere]]}\n");
  const auto result = hopeless.run({"sweep", "sweep.yaml"});
  CHECK(result.exit_code == 1);
  CHECK_THAT(result.err, Catch::Contains("no trial has a result"));
  const auto wrong = place.run({"sweep", "sweep.yaml", "--set", "parameters.lora_q=[1]", "--json"});
  CHECK(wrong.exit_code == 2);
  CHECK_THAT(wrong.out, Catch::Contains("'parameters.lora_q' is no key of the recipe"));
}

TEST_CASE("trials may be judged by a task", "[cli]") {
  const Place place("eval: {tasks: [task.yaml], limit: 3}\nmethod: grid\nparameters: {learning_rate: [1e-4, 1e-2]}\n");
  write_file_atomic(place.root.path() / "task.yaml",
                    "task: t\ndataset_path: data.jsonl\noutput_type: generate_until\ndoc_to_messages: messages\n"
                    "generation_kwargs: {max_gen_toks: 2}\nmetric_list: [{metric: exact_match}]\n");
  const Json report = place.json({"sweep", "sweep.yaml", "--set", "metric={name: eval.exact_match, goal: maximize}"});
  for (const Json& trial : report["trials"]) CHECK(trial["metrics"]["eval.exact_match"].is_number());
  CHECK(place.json({"runs", "list", "--parent", report["run_id"].get<std::string>()})["runs"].size() == 4);
  const auto unknown = place.run(
      {"sweep", "sweep.yaml", "--set", "metric.name=eval.bleu", "--set", "output_dir=other", "--set", "trials=1"});
  CHECK(unknown.exit_code == 1);
  CHECK_THAT(unknown.err, Catch::Contains("trials do not report 'eval.bleu'"));
}
