// Tables, plots and the recipe of the best values.
#include "sweep/sweep_report.h"

#include "support/catch.h"
#include "support/sweep_files.h"
#include "sweep/scatter_text.h"
#include "sweep/sweep_html.h"
#include "train/recipe.h"

using namespace llmops;
using namespace llmops::sweep;

namespace {

/// Three trials of which the first is beaten in both metrics.
struct Example {
  test::SweepFiles files{"lora_r: 2\n"};
  SweepRecipe recipe = files.read(
      "output_dir: out/s\nmethod: grid\nmetric: [{name: val_loss_best}, {name: wall_s}]\n"
      "parameters: {lora_r: [4, 8, 16], lr_scheduler: [cosine]}\n");
  SweepResult result;

  Example() {
    const double losses[] = {2.5, 1.25, 2.0}, seconds[] = {30, 20, 10};
    for (int i = 0; i < 3; ++i) {
      Trial trial;
      trial.number = i;
      trial.point = {static_cast<double>(i), 0};
      trial.status = "finished";
      trial.report = {{"val_loss_best", losses[i]}, {"wall_s", seconds[i]}};
      trial.losses = {losses[i], seconds[i]};
      result.trials.push_back(trial);
    }
    result.planned = 3;
  }
};

}  // namespace

TEST_CASE("the table is sorted by the first metric, the best and the front marked", "[sweep]") {
  const Example example;
  const SweepReport report(example.recipe, example.result);
  using Row = std::vector<std::string>;
  CHECK(report.columns() == Row{"trial", "lora_r", "lr_scheduler", "val_loss_best", "wall_s", ""});
  CHECK(report.rows() == std::vector<Row>{{"1", "8", "cosine", "1.25", "20.0 s", "best, front"},
                                          {"2", "16", "cosine", "2", "10.0 s", "front"},
                                          {"0", "4", "cosine", "2.5", "30.0 s", ""}});
}

TEST_CASE("the plot puts each trial where its metrics say", "[sweep]") {
  const Example example;
  const SweepReport report(example.recipe, example.result);
  const std::string text = scatter_text(report.trade_off(), 40);
  INFO(text);
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  REQUIRE(lines.size() == 17);
  CHECK_THAT(lines[1], Catch::StartsWith(" 2.5 │") && Catch::EndsWith("·"));   // the worst: slow and bad
  CHECK_THAT(lines[6], Catch::StartsWith("     │o"));                          // fast
  CHECK_THAT(lines[14], Catch::StartsWith("1.25 │") && Catch::EndsWith("*"));  // best
  CHECK_THAT(lines[16], Catch::Contains("10") && Catch::EndsWith("30"));
}

TEST_CASE("the page needs nothing from outside and escapes what people wrote", "[sweep]") {
  Example example;
  example.recipe.parameters[1].choices = {"<b>"};
  const SweepReport report(example.recipe, example.result);
  const std::string html = sweep_html(example.recipe, example.result, report);
  CHECK_THAT(html, !Catch::Contains("http") && !Catch::Contains("<script") && !Catch::Contains("<b>") &&
                       Catch::Contains("&lt;b&gt;") && Catch::Contains("val_loss_best over wall_s"));
  std::size_t dots = 0;
  for (std::size_t at = 0; (at = html.find("<circle class=\"b\"", at)) != std::string::npos; ++at) ++dots;
  CHECK(dots == 2);
}

TEST_CASE("the recipe of the best values can be trained", "[sweep]") {
  const Example example;
  const SweepReport report(example.recipe, example.result);
  const fs::path path = example.files.folder.path() / "best.yaml";
  write_file_atomic(path, best_recipe(example.recipe, example.result.trials[*report.best()]));
  const train::FinetuneRecipe recipe = train::read_finetune_recipe(path, {});
  CHECK(recipe.lora_r == 8);
  CHECK(recipe.lr_scheduler == "cosine");
  CHECK(recipe.base_model == "m");
  CHECK(recipe.datasets[0].path == "data.jsonl");
  CHECK(recipe.output_dir == "out/s/best");
}
