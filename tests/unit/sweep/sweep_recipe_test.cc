// Sweeps as people write them, rightly and wrongly.
#include "sweep/sweep_recipe.h"

#include "core/error.h"
#include "support/catch.h"
#include "support/sweep_files.h"

using namespace llmops;
using namespace llmops::sweep;

namespace {

const std::string kHead = "output_dir: out\nmetric: {name: val_loss_best}\n";  // lines 2 and 3

/// Message and hint of the error, the folder's name taken out.
std::string error_of(const std::string& lines, const std::string& recipe_lines = "") {
  const test::SweepFiles files(recipe_lines);
  try {
    files.read(kHead + lines);
  } catch (const ConfigError& error) {
    std::string text = std::string(error.what()) + "\nhint: " + error.hint();
    const std::string folder = files.folder.path().string() + "/";
    for (std::size_t at = 0; (at = text.find(folder)) != std::string::npos;) text.erase(at, folder.size());
    return text;
  }
  return "no error";
}

}  // namespace

TEST_CASE("a sweep is read, ranges by their distribution", "[sweep]") {
  const test::SweepFiles files;
  const SweepRecipe sweep = files.read(
      "output_dir: out\n"
      "method: tpe\n"
      "metric: [{name: val_loss_best, goal: minimize}, {name: tok_s, goal: maximize}]\n"
      "trials: 20\nmax_time: 90m\ncost_per_hour: 1.5\nseed: 7\n"
      "parameters:\n"
      "  learning_rate: {min: 1e-5, max: 1e-3, distribution: log_uniform_values}\n"
      "  lora_r: {min: 4, max: 64}\n"
      "  lora_alpha: {min: 8, max: 33, q: 8, distribution: q_uniform}\n"
      "  weight_decay: {min: 0, max: 0.5}\n"
      "  lora_dropout: [0, 0.1]\n"
      "  lr_scheduler: {values: [cosine, linear]}\n"
      "  lora_target_modules: {values: [[q_proj], [q_proj, v_proj]]}\n"
      "  optim_args.scale_parameter: {value: true}\n"
      "  optimizer: adafactor\n");
  CHECK(std::string(sweep.method->name) == "tpe");
  CHECK(sweep.max_time_s == 5400);
  CHECK(sweep.metrics[1].maximize);
  REQUIRE(sweep.parameters.size() == 9);
  CHECK((sweep.parameters[0].log && sweep.parameters[0].step == 0));
  CHECK((sweep.parameters[1].whole && sweep.parameters[1].step == 1 && sweep.parameters[1].size() == 61));
  CHECK((sweep.parameters[2].high == 32 && sweep.parameters[2].size() == 4));
  CHECK((!sweep.parameters[3].whole && sweep.parameters[3].size() == 0));
  CHECK(sweep.parameters[6].choices[1] == Json({"q_proj", "v_proj"}));
  CHECK(sweep.parameters[7].choices == std::vector<Json>{true});
  CHECK(files.read("output_dir: out\nmethod: grid\nmetric: {name: loss_last}\nparameters: {lora_r: [4, 8]}\n").trials ==
        2);
}

TEST_CASE("--set changes a sweep, and wins over the file", "[sweep]") {
  const test::SweepFiles files;
  const std::string lines = kHead + "method: random\ntrials: 3\nparameters: {lora_r: [4, 8]}\n";
  CHECK(files.read(lines, {"trials=5", "parameters.lora_alpha.values=[8, 16]"}).parameters.size() == 2);
  CHECK(files.read(lines, {"trials=5"}).trials == 5);
}

TEST_CASE("what is wrong is told with its line and the next step", "[sweep]") {
  const auto with = [](const std::string& parameter) {
    return error_of("method: random\ntrials: 3\nparameters:\n  " + parameter + "\n");  // line 7
  };
  CHECK(with("lora_rr: [1]") ==
        "sweep.yaml:7: 'parameters.lora_rr' is no key of the recipe\nhint: did you mean 'lora_r'?");
  CHECK(with("lora_r: [8, 0]") ==
        "sweep.yaml:7: 'parameters.lora_r' gives the recipe 0: 'lora_r' must lie between 1 and 4096\nhint: ");
  CHECK(with("lora_dropout: {min: 0, max: 1.5}") ==
        "sweep.yaml:7: 'parameters.lora_dropout' gives the recipe 1.5: 'lora_dropout' must lie in [0, 1)\nhint: 0 is "
        "off");
  CHECK(with("lora_r: {min: 9, max: 4}") ==
        "sweep.yaml:7: 'parameters.lora_r.min' is 9, above max: 4\nhint: swap them");
  CHECK(
      with("learning_rate: {min: -9, max: -2, distribution: log_uniform}") ==
      "sweep.yaml:7: 'parameters.learning_rate.min' is -9, which has no logarithm\nhint: write the values themselves, "
      "not their exponents: min: 1e-5");
  CHECK_THAT(
      with("learning_rate: {min: 0.1, max: 0.2, distribution: log_unifrom}"),
      Catch::StartsWith("sweep.yaml:7: 'parameters.learning_rate.distribution' is 'log_unifrom', which is unknown\n"
                        "hint: did you mean 'log_uniform'"));
  CHECK(with("weight_decay: {min: 0, max: 1, q: 3, distribution: q_uniform}") ==
        "sweep.yaml:7: 'parameters.weight_decay.q' is 3, expected a step above 0 and at most max - min = 1\nhint: ");
  CHECK_THAT(with("lora_r: {values: [4, 8], max: 3}"),
             Catch::Contains("'parameters.lora_r.values' and a range exclude"));
  CHECK_THAT(with("lora_r: {distribution: uniform}"), Catch::Contains("'parameters.lora_r.values' is missing"));
  CHECK_THAT(with("lora_r: [4, 4]"), Catch::Contains("'parameters.lora_r' has 4 twice"));
  CHECK_THAT(with("lora_r: []"), Catch::Contains("is not a list of values"));
  CHECK_THAT(with("output_dir: [a, b]"), Catch::Contains("is set by the sweep itself"));
  CHECK_THAT(with("lora_r: {min: 2.5, max: 8, distribution: int_uniform}"),
             Catch::Contains("is 2.5, not a whole number"));
}

TEST_CASE("methods, metrics and lengths that do not fit are told", "[sweep]") {
  const std::string space = "parameters: {lora_r: [4, 8]}\n";
  CHECK(error_of("method: bayes\ntrials: 3\n" + space) ==
        "sweep.yaml:4: 'method' is 'bayes', which is unknown\nhint: write tpe, a Bayesian method");
  CHECK(error_of("method: random\n" + space) == "sweep.yaml: 'trials' is missing\nhint: ");
  CHECK_THAT(error_of("method: grid\nparameters: {learning_rate: {min: 0.1, max: 0.5}}\n"),
             Catch::Contains("sweep.yaml:5: 'parameters' has 'learning_rate' with any number from 0.1 to 0.5") &&
                 Catch::Contains("give it a step 'q'"));
  CHECK_THAT(error_of("method: halving\ntrials: 9\nmin_resource: 30\nmax_resource: 10\n" + space),
             Catch::Contains("sweep.yaml:7: 'max_resource' is 10, expected more steps than min_resource: 30"));
  CHECK_THAT(error_of("method: random\ntrials: 9\neta: 3\n" + space),
             Catch::Contains("'eta' does not go with method: random"));
  CHECK_THAT(error_of("method: hyperband\ntrials: 9\nmin_resource: 3\nmax_resource: 27\n" + space),
             Catch::Contains("'trials' does not go with method: hyperband"));
  CHECK_THAT(
      error_of("method: halving\ntrials: 9\nmin_resource: 3\nmax_resource: 27\nparameters: {max_steps: [4, 8]}\n"),
      Catch::Contains("'parameters.max_steps' is set by the sweep itself"));
  CHECK_THAT(error_of("method: random\ntrials: 3\nmax_time: soon\n" + space),
             Catch::Contains("for example 90s, 30m or 8h"));
  CHECK_THAT(error_of("method: random\ntrials: 3\n" + space, "val_set_size: 0\n"),
             Catch::Contains("is 'val_loss_best', but the recipe holds nothing out"));
  CHECK_THAT(error_of("method: random\ntrials: 3\n" + space, "lora_q: 3\n"),
             Catch::Contains("sweep.yaml:1: 'recipe' cannot be trained: recipe.yaml:4: unknown key 'lora_q'"));

  const test::SweepFiles files;
  const auto metric = [&](const std::string& text) {
    return files.read("output_dir: out\nmetric: " + text + "\nmethod: random\ntrials: 3\n" + space);
  };
  CHECK_THROWS_WITH(metric("{name: val_los_best}"), Catch::Contains("sweep.yaml:3: 'metric.name' is 'val_los_best'"));
  CHECK_THROWS_WITH(metric("{name: cost}"), Catch::Contains("nothing says what an hour costs"));
  CHECK_THROWS_WITH(metric("{name: eval.acc}"), Catch::Contains("no task is evaluated"));
  CHECK_THROWS_WITH(metric("{name: eval.acc}\neval: {tasks: [nowhere.yaml]}"), Catch::Contains("names 'nowhere.yaml'"));
  CHECK_THROWS_WITH(metric("{name: wall_s, goal: least}"), Catch::Contains("expected minimize or maximize"));
  CHECK_THROWS_WITH(metric("[{name: wall_s}, {name: wall_s}]"), Catch::Contains("'wall_s' twice"));
  CHECK_THROWS_WITH(files.read("output_dir: out\nmethod: random\ntrials: 3\n" + space),
                    Catch::Contains("'metric' is missing"));
  CHECK_THROWS_WITH(files.read(kHead + "method: random\ntrials: 3\n"), Catch::Contains("'parameters' is missing"));
}

TEST_CASE("metrics are found in reports", "[sweep]") {
  const Json report = {
      {"wall_s", 2.5}, {"val_loss_best", nullptr}, {"val_measures_best", {{"rewards/accuracies", 0.75}}}};
  CHECK(metric_value(report, "wall_s") == 2.5);
  CHECK(metric_value(report, "val_rewards/accuracies") == 0.75);
  CHECK_FALSE(metric_value(report, "val_loss_best"));
  CHECK_THROWS_WITH(metric_value(report, "val_rewards/margin"), Catch::Contains("trials do not report"));
}

TEST_CASE("the recipe to copy is read", "[sweep]") {
  const fs::path before = fs::current_path();
  fs::current_path(LLMOPS_SOURCE_DIR);  // it names its finetuning recipe from there
  const SweepRecipe sweep = read_sweep_recipe("recipes/sweep.yaml", {});
  fs::current_path(before);
  CHECK(sweep.parameters.size() >= 2);
  CHECK(sweep.trials > 1);
}
