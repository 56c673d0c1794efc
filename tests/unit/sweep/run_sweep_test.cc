// Sweeps with a scripted trainer: what is trained, what is kept, and how a sweep that was cut goes on.
#include "sweep/run_sweep.h"

#include <set>

#include "core/error.h"
#include "support/catch.h"
#include "support/sweep_files.h"
#include "sweep/sweep_report.h"

using namespace llmops;
using namespace llmops::sweep;

namespace {

const std::string kSpace =
    "parameters:\n  learning_rate: {min: 1e-5, max: 1e-2, distribution: log_uniform}\n  lora_r: [4, 8]\n";

/// A trainer whose loss falls with the steps, towards a floor that the rate sets.
struct Trainer {
  std::vector<TrialPlan> plans;
  std::set<int> failing;
  int interrupt_at = -1;  ///< call

  TrialRecord operator()(const TrialPlan& plan) {
    if (static_cast<int>(plans.size()) == interrupt_at) throw Interrupted();
    plans.push_back(plan);
    TrialRecord record;
    record.status = failing.contains(plan.trial) ? "failed" : "finished";
    if (record.status == "failed") {
      record.error = "out of luck";
      return record;
    }
    const double floor = std::fabs(std::log10(plan.point[0]) + 3);
    record.report = {{"val_loss_best", floor + 10.0 / (plan.steps + 1)},
                     {"wall_s", 2.0},
                     {"peak_rss_bytes", 1000 + 100 * plan.trial - plan.rung},
                     {"run_id", "r-" + std::to_string(plan.trial)},
                     {"adapter", "a"},
                     {"steps", plan.steps}};
    return record;
  }
};

struct Place {
  test::SweepFiles files;
  SweepRecipe recipe;

  explicit Place(const std::string& lines)
      : recipe(files.read("output_dir: out\nmetric: {name: val_loss_best}\n" + lines + kSpace)) {}

  fs::path journal_path() const { return files.folder.path() / "sweep.jsonl"; }
  SweepResult run(Trainer& trainer, bool resume = false) const {
    Journal journal(journal_path(), recipe.settings(), resume);
    journal.begin("r-1");
    SweepHooks hooks;
    hooks.run = [&](const TrialPlan& plan, const Say&) { return trainer(plan); };
    return run_sweep(recipe, journal, hooks);
  }
};

std::vector<Point> points(const SweepResult& result) {
  std::vector<Point> list;
  for (const Trial& trial : result.trials) list.push_back(trial.point);
  return list;
}

}  // namespace

TEST_CASE("a sweep trains as many trials as asked for and orders them", "[sweep]") {
  const Place place("method: tpe\ntrials: 15\n");
  Trainer trainer;
  const SweepResult result = place.run(trainer);
  CHECK(trainer.plans.size() == 15);
  CHECK(result.planned == 15);
  const SweepReport report(place.recipe, result);
  REQUIRE(report.best());
  for (const Trial& trial : result.trials) CHECK(trial.losses[0] >= result.trials[*report.best()].losses[0]);
  const Json json = report.json();
  CHECK(json["trials"].size() == 15);
  CHECK(json["trials"][0]["best"] == true);
  CHECK(json["trials"][0]["trial"] == json["best_trial"]);
  CHECK(json["trials"][0]["metrics"]["val_loss_best"] <= json["trials"][1]["metrics"]["val_loss_best"]);
}

TEST_CASE("a sweep cut anywhere goes on with the same trials, none of them twice", "[sweep]") {
  const std::string lines = GENERATE("method: tpe\ntrials: 14\n", "method: random\ntrials: 6\n",
                                     "method: halving\ntrials: 9\nmin_resource: 4\nmax_resource: 36\n",
                                     "method: hyperband\nmin_resource: 4\nmax_resource: 36\n");
  const Place whole(lines);
  Trainer never;
  const SweepResult expected = whole.run(never);
  const Place cut(lines);
  std::size_t trained = 0;
  for (int stop = 1; stop < 100; ++stop) {
    Trainer trainer;
    trainer.interrupt_at = 3;
    try {
      const SweepResult result = cut.run(trainer, stop > 1);
      trained += trainer.plans.size();
      CHECK(points(result) == points(expected));
      for (std::size_t i = 0; i < result.trials.size(); ++i) {
        CHECK(result.trials[i].losses == expected.trials[i].losses);
        CHECK(result.trials[i].status == expected.trials[i].status);
      }
      break;
    } catch (const Interrupted&) {
      trained += trainer.plans.size();
      const std::string text = read_file(cut.journal_path());
      write_file_atomic(cut.journal_path(), text + "{\"trial\": 3, \"rung\"");  // as a kill in mid-line leaves it
    }
  }
  CHECK(trained == never.plans.size());
}

TEST_CASE("halving goes on with the better trials only", "[sweep]") {
  const Place place("method: halving\ntrials: 9\nmin_resource: 4\nmax_resource: 36\n");
  Trainer trainer;
  trainer.failing = {0};
  const SweepResult result = place.run(trainer);
  REQUIRE(trainer.plans.size() == 13);
  CHECK(trainer.plans[8].steps == 4);
  CHECK(trainer.plans[9].steps == 12);
  CHECK(trainer.plans[12].steps == 36);
  CHECK(place.recipe.overrides(result.trials[0].point).back() == "max_steps=36");
  std::map<std::string, int> states;
  for (const Trial& trial : result.trials) ++states[trial.status];
  CHECK(states == std::map<std::string, int>{{"failed", 1}, {"dropped", 7}, {"finished", 1}});
  const SweepReport report(place.recipe, result);
  const Trial& best = result.trials[*report.best()];
  CHECK(best.number == trainer.plans[12].trial);
  CHECK(best.report["wall_s"] == 6.0);                               // three stretches
  CHECK(best.report["peak_rss_bytes"] == 1000 + 100 * best.number);  // of the first
}

TEST_CASE("a trial that fails is told, and learnt nothing from", "[sweep]") {
  const Place place("method: random\ntrials: 4\n");
  Trainer trainer;
  trainer.failing = {1, 3};
  const SweepResult result = place.run(trainer);
  const SweepReport report(place.recipe, result);
  CHECK_THAT(report.text(0), Catch::Contains("trial 3 failed: out of luck") && Catch::Contains("best"));
  CHECK(report.json()["trials"][3]["error"] == "out of luck");
  const Place hopeless("method: random\ntrials: 2\n");
  trainer.failing = {0, 1};
  CHECK_FALSE(SweepReport(hopeless.recipe, hopeless.run(trainer)).best());
}

TEST_CASE("no trial starts once the time is up, and more time goes on", "[sweep]") {
  const Place place("method: random\ntrials: 5\nmax_time: 60s\n");
  Journal journal(place.journal_path(), place.recipe.settings(), false);
  journal.begin("r-1");
  TrialRecord record;
  record.status = "finished";
  record.params = point_json(place.recipe.parameters, random_point({place.recipe.parameters, 42, 0, {}}));
  record.report = {{"val_loss_best", 1.0}, {"wall_s", 60.0}};
  record.seconds = 61;
  journal.append(record);
  SweepHooks hooks;
  Trainer trainer;
  hooks.run = [&](const TrialPlan& plan, const Say&) { return trainer(plan); };
  const SweepResult late = run_sweep(place.recipe, journal, hooks);
  CHECK(late.out_of_time);
  CHECK(late.trials.size() == 1);
  SweepRecipe longer = place.recipe;
  longer.max_time_s = 0;
  CHECK(run_sweep(longer, journal, hooks).trials.size() == 5);
}

TEST_CASE("time before an interruption counts", "[sweep]") {
  const Place place("method: random\ntrials: 1\n");
  Journal journal(place.journal_path(), place.recipe.settings(), false);
  journal.begin("r-1");
  TrialRecord record;
  record.status = "interrupted";
  record.params = Json::object();
  record.seconds = 40;
  journal.append(record);
  SweepHooks hooks;
  Trainer trainer;
  hooks.run = [&](const TrialPlan& plan, const Say&) { return trainer(plan); };
  CHECK(run_sweep(place.recipe, journal, hooks).trials[0].report["wall_s"] == 42.0);
}

TEST_CASE("a journal belongs to one sweep and one process", "[sweep]") {
  const Place place("method: random\ntrials: 3\n");
  Trainer trainer;
  place.run(trainer);
  CHECK_THROWS_WITH(place.run(trainer), Catch::Contains("holds a sweep with 3 results"));
  SweepRecipe other = place.recipe;
  other.seed = 1;
  CHECK_THROWS_WITH(Journal(place.journal_path(), other.settings(), true), Catch::Contains("seed: 42 then, 1 now"));
  other = place.recipe;
  other.recipe_json["lora_alpha"] = 64;
  CHECK_THROWS_WITH(Journal(place.journal_path(), other.settings(), true),
                    Catch::Contains("recipe.lora_alpha: null then, 64 now"));
  const Journal held(place.journal_path(), place.recipe.settings(), true);
  CHECK(held.run_id() == "r-1");
  CHECK(held.records().size() == 3);
  CHECK_THROWS_WITH(Journal(place.journal_path(), place.recipe.settings(), true), Catch::Contains("another process"));
  write_file_atomic(place.files.folder.path() / "bad.jsonl", "{\"format_version\": 9}\n");
  CHECK_THROWS_WITH(Journal(place.files.folder.path() / "bad.jsonl", {}, true),
                    Catch::Contains("'format_version' is not 1"));
}

TEST_CASE("more trials may be added to a sweep", "[sweep]") {
  Place place("method: tpe\ntrials: 12\n");
  Trainer first, more;
  const SweepResult before = place.run(first);
  place.recipe.trials = 16;
  const SweepResult after = place.run(more, true);
  CHECK(more.plans.size() == 4);
  CHECK(more.plans[0].trial == 12);
  const auto all = points(after);
  CHECK(std::vector<Point>(all.begin(), all.begin() + 12) == points(before));
}
