// Runs trials bracket by bracket, rung by rung.
#include "sweep/run_sweep.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <numeric>

#include "core/cancel.h"
#include "core/error.h"

namespace llmops::sweep {
namespace {

/// Numbers of a report that add up over the stretches of a trial.
constexpr const char* kSums[] = {"wall_s", "cost", "energy_j", "carbon_g"};

class Runner {
 public:
  Runner(const SweepRecipe& recipe, Journal& journal, const SweepHooks& hooks)
      : recipe_(recipe), journal_(journal), hooks_(hooks) {
    if (hooks_.progress == nullptr) hooks_.progress = &silent_;
  }

  SweepResult run() {
    const std::vector<Bracket> brackets = recipe_.method->brackets(recipe_);
    for (const Bracket& bracket : brackets) result_.planned += bracket[0].trials;
    for (const Bracket& bracket : brackets) {
      for (const Rung& rung : bracket) stretches_ += static_cast<std::uint64_t>(rung.trials);
    }
    for (const TrialRecord& record : journal_.records()) result_.seconds += record.seconds;
    hooks_.progress->start("sweep", stretches_, "trials");
    for (const Bracket& bracket : brackets) {
      if (!run_bracket(bracket)) break;
    }
    hooks_.progress->finish();
    return std::move(result_);
  }

 private:
  /// @returns false when time is up
  bool run_bracket(const Bracket& bracket) {
    std::vector<std::size_t> live(static_cast<std::size_t>(bracket[0].trials));
    std::iota(live.begin(), live.end(), result_.trials.size());
    for (std::size_t rung = 0; rung < bracket.size(); ++rung) {
      if (rung > 0) promote(live, bracket[rung].trials);
      for (const std::size_t trial : live) {
        if (rung == 0) begin_trial();
        if (!run_stretch(result_.trials[trial], static_cast<int>(rung), bracket[rung].steps)) return false;
        if (rung + 1 == bracket.size()) end(result_.trials[trial], "finished");
      }
    }
    return true;
  }

  void begin_trial() {
    std::vector<Observation> history;
    for (const Trial& trial : result_.trials) {
      if (trial.measured()) history.push_back({trial.point, trial.losses});
    }
    Trial& trial = result_.trials.emplace_back();
    trial.number = static_cast<int>(result_.trials.size()) - 1;
    trial.status = "open";
    trial.point =
        recipe_.method->point({recipe_.parameters, recipe_.seed, static_cast<std::size_t>(trial.number), history});
  }

  void end(Trial& trial, const char* status) {
    if (trial.status != "open") return;  // it failed
    trial.status = status;
    if (hooks_.on_end) hooks_.on_end(trial);
  }

  /// Keeps the best `count` of those that have a result.
  void promote(std::vector<std::size_t>& live, int count) {
    std::vector<std::size_t> measured, kept;
    std::vector<Losses> losses;
    for (const std::size_t trial : live) {
      if (result_.trials[trial].status != "open") continue;  // failed
      measured.push_back(trial);
      losses.push_back(result_.trials[trial].losses);
    }
    const std::vector<std::size_t> ranked = rank_trials(losses);
    for (std::size_t i = 0; i < ranked.size(); ++i) {
      if (i < static_cast<std::size_t>(count)) {
        kept.push_back(measured[ranked[i]]);
      } else {
        end(result_.trials[measured[ranked[i]]], "dropped");
      }
    }
    std::sort(kept.begin(), kept.end());
    live = kept;
  }

  /// @returns false when time is up before it
  bool run_stretch(Trial& trial, int rung, int steps) {
    const TrialPlan plan{trial.number, rung, steps, trial.point};
    const Json params = point_json(recipe_.parameters, trial.point);
    const TrialRecord* record = find(plan, params);
    if (record == nullptr) {
      if (recipe_.max_time_s > 0 && result_.seconds >= recipe_.max_time_s) {
        result_.out_of_time = true;
        if (rung == 0) result_.trials.pop_back();
        return false;
      }
      throw_if_cancelled();
      record_new(plan, params);
      record = &journal_.records().back();
      take(trial, *record);
      if (hooks_.on_result) hooks_.on_result(trial);
    } else {
      take(trial, *record);
    }
    hooks_.progress->update(++done_, note(trial));
    return true;
  }

  const TrialRecord* find(const TrialPlan& plan, const Json& params) const {
    for (const TrialRecord& record : journal_.records()) {
      if (record.trial != plan.trial || record.rung != plan.rung || !record.done()) continue;
      if (record.params == params) return &record;
      throw InputError(fmt::format("trial {} of the journal has other parameters than this sweep chooses: {} and {}",
                                   plan.trial, dump_json(record.params), dump_json(params)),
                       "was it written by another version? remove the folder to start afresh");
    }
    return nullptr;
  }

  void record_new(const TrialPlan& plan, const Json& params) {
    const auto start = std::chrono::steady_clock::now();
    const auto finish = [&](TrialRecord record) {
      record.trial = plan.trial;
      record.rung = plan.rung;
      record.steps = plan.steps;
      record.params = params;
      record.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
      result_.seconds += record.seconds;
      journal_.append(std::move(record));
    };
    try {
      finish(hooks_.run(plan, [&](const std::string& note) { hooks_.progress->update(done_, note); }));
    } catch (const Interrupted&) {
      TrialRecord record;
      record.status = "interrupted";
      finish(std::move(record));
      throw;
    }
  }

  /// Adds a stretch to its trial.
  void take(Trial& trial, const TrialRecord& record) {
    trial.steps = record.steps;
    if (record.status != "finished") {
      trial.status = "failed";
      trial.error = record.error;
      trial.losses.clear();
      return;
    }
    const Json before = std::exchange(trial.report, record.report);
    for (const char* key : kSums) add(trial.report, key, before);
    constexpr const char* kPeak = "peak_rss_bytes";
    const auto peak = std::max(before.value(kPeak, std::uint64_t{0}), trial.report.value(kPeak, std::uint64_t{0}));
    if (peak > 0) trial.report[kPeak] = peak;
    for (const TrialRecord& other : journal_.records()) {
      const bool cut_short = other.trial == record.trial && other.rung == record.rung && !other.done();
      if (cut_short) trial.report["wall_s"] = trial.report.value("wall_s", 0.0) + other.seconds;
    }
    if (recipe_.cost_per_hour > 0) {
      trial.report["cost"] = trial.report.value("wall_s", 0.0) / 3600 * recipe_.cost_per_hour;
    }
    measure(trial);
  }

  /// What earlier stretches took counts, too.
  static void add(Json& report, const char* key, const Json& before) {
    if (!before.contains(key) || !report.contains(key)) return;
    if (before[key].is_number() && report[key].is_number()) {
      report[key] = report[key].get<double>() + before[key].get<double>();
    }
  }

  void measure(Trial& trial) {
    trial.losses.clear();
    Losses losses;
    for (const Metric& metric : recipe_.metrics) {
      const auto value = metric_value(trial.report, metric.name);
      if (!value) {
        trial.status = "failed";
        trial.error = fmt::format("its '{}' is no finite number", metric.name);
        return;
      }
      losses.push_back(metric.loss(*value));
    }
    trial.losses = std::move(losses);
  }

  std::string note(const Trial& trial) const {
    if (!trial.measured()) return fmt::format("trial {} failed", trial.number);
    const Metric& metric = recipe_.metrics[0];
    return fmt::format("trial {} {} {:.4g}", trial.number, metric.name, metric.loss(trial.losses[0]));
  }

  const SweepRecipe& recipe_;
  Journal& journal_;
  Progress silent_;
  SweepHooks hooks_;
  SweepResult result_;
  std::uint64_t stretches_ = 0, done_ = 0;
};

}  // namespace

SweepResult run_sweep(const SweepRecipe& recipe, Journal& journal, const SweepHooks& hooks) {
  return Runner(recipe, journal, hooks).run();
}

}  // namespace llmops::sweep
