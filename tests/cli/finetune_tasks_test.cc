// A model measured on a task while it is trained, as a person runs it.
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

struct Place {
  test::TemporaryDirectory root;

  Place() {
    std::string rows, questions;
    for (int i = 0; i < 24; ++i) {
      rows += fmt::format(R"({{"prompt": "ticket {}", "completion": " ok {}"}})", i, i % 3) + "\n";
      questions += fmt::format(R"({{"q": "ticket {}", "a": "ok {}"}})", i, i % 3) + "\n";
    }
    write_file_atomic(root.path() / "data.jsonl", rows);
    write_file_atomic(root.path() / "questions.jsonl", questions);
    write_file_atomic(root.path() / "task.yaml",
                      "task: tickets\ndataset_path: questions.jsonl\noutput_type: loglikelihood\ndoc_to_text: q\n"
                      "doc_to_target: a\nmetric_list: [{metric: perplexity}, {metric: acc}]\n");
    write_file_atomic(root.path() / "recipe.yaml",
                      fmt::format("base_model: {}\ndatasets: [{{path: data.jsonl}}]\nval_set_size: 0.25\nmax_steps: 8\n"
                                  "eval_steps: 2\noutput_dir: out\nlearning_rate: 1e-2\neval_tasks: [task.yaml]\n"
                                  "eval_tasks_limit: 6\nmetric_for_best_model: tickets/perplexity\n",
                                  test::golden("tiny-chat").string()));
  }
  test::CliResult run(const std::vector<std::string>& words) const {
    test::CliOptions options;
    options.working_directory = root.path();
    return run_llmops(words, options);
  }
};

}  // namespace

TEST_CASE("the adapter kept is the best on an eval task, as `eval` measures it", "[cli]") {
  const Place place;
  const auto trained = place.run({"finetune-lora", "recipe.yaml", "--log-json", "steps.jsonl", "--json"});
  INFO(trained.err);
  REQUIRE(trained.exit_code == 0);
  const Json report = parse_json(trained.out, "stdout");
  double best = 1e9, best_step = 0;
  const std::string log = read_file(place.root.path() / "steps.jsonl");
  for (const JsonLine& line : split_json_lines(log, "steps.jsonl")) {
    const Json step = parse_json(line.text, line.origin);
    if (!step.contains("val_tickets/perplexity")) continue;
    if (step["val_tickets/perplexity"] < best) best_step = step["step"];
    best = std::min(best, step["val_tickets/perplexity"].get<double>());
  }
  CHECK(report["best_metric"] == best);
  CHECK(report["best_step"] == best_step);
  const auto measured = place.run({"eval", "--model", "out", "--tasks", "task.yaml", "--limit", "6", "--json"});
  INFO(measured.err);
  REQUIRE(measured.exit_code == 0);
  CHECK(parse_json(measured.out, "stdout")["metrics"]["perplexity"] == Approx(best).epsilon(1e-9));
}

TEST_CASE("what is wrong with tasks is told before training, and their memory too", "[cli]") {
  const Place place;
  const auto problem = [&](const std::vector<std::string>& more) {
    std::vector<std::string> words = {"finetune-lora", "recipe.yaml"};
    words.insert(words.end(), more.begin(), more.end());
    const auto found = place.run(words);
    CHECK(found.exit_code != 0);
    return found.err;
  };
  CHECK_THAT(problem({"--set", "metric_for_best_model=tickets/f1"}),
             Catch::Contains("'tickets/f1' is not measured; the tasks have tickets/perplexity, tickets/acc"));
  CHECK_THAT(problem({"--set", "eval_tasks=[none.yaml]"}), Catch::Contains("none.yaml"));
  CHECK_FALSE(fs::exists(place.root.path() / "out.checkpoints"));
  const auto plan = place.run({"finetune-lora", "recipe.yaml", "--dry-run"});
  CHECK_THAT(plan.out, Catch::Contains("of it a second copy of the model, which eval tasks measure"));
}
