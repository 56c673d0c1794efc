// What a sweep found: a table, and one object for scripts.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sweep/run_sweep.h"

namespace llmops::sweep {

/// Two metrics against each other: the second of the sweep, or the time where it has one.
struct TradeOff {
  std::string x, y;
  struct Dot {
    int trial = 0;
    double x = 0, y = 0;
    bool front = false;  ///< no other trial is at least as good in both and better in one
    bool best = false;
  };
  std::vector<Dot> dots;  ///< in the order of the table
};

class SweepReport {
 public:
  SweepReport(const SweepRecipe& recipe, const SweepResult& result);

  /// Index into result.trials; nothing where no trial has a result. Of those trained for longest.
  std::optional<std::size_t> best() const { return best_; }
  const TradeOff& trade_off() const { return trade_off_; }

  Json json() const;
  /// @param width  columns of the terminal, 0: never cut
  std::string text(int width) const;
  /// Title and cells of the table, also for a page.
  std::vector<std::string> columns() const;
  std::vector<std::vector<std::string>> rows() const;

 private:
  bool on_front(int trial) const;

  const SweepRecipe& recipe_;
  const SweepResult& result_;
  std::vector<std::size_t> order_;  ///< trials, best first, failed ones last
  std::optional<std::size_t> best_;
  TradeOff trade_off_;
};

/// The recipe with the best trial's values, to train it again: `finetune-lora OUTPUT/best.yaml`.
std::string best_recipe(const SweepRecipe& recipe, const Trial& trial);

}  // namespace llmops::sweep
