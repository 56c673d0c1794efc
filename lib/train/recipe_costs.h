// The part of a finetuning recipe that says what an hour, a kilowatt-hour and its making cost; and the bill.
#pragma once

#include <optional>
#include <string>

#include "core/json.h"

namespace llmops::config {
class YamlObject;
}

namespace llmops::train {

/// What is absent is not told.
struct CostRecipe {
  std::optional<double> cost_per_hour;         ///< of the machine, in `cost_currency`
  std::optional<double> energy_price_per_kwh;  ///< in `cost_currency`
  std::optional<double> carbon_g_per_kwh;      ///< grams of CO2 equivalent
  std::optional<double> power_watts;           ///< of the machine, on average: an estimate where nothing is measured
  std::string cost_currency = "USD";           ///< a label

  bool on() const { return cost_per_hour || energy_price_per_kwh || carbon_g_per_kwh || power_watts; }
  /// The keys given; empty where none is.
  Json json() const;
};

/// Problems are recorded in `root`.
CostRecipe read_costs(config::YamlObject& root);

/// What a run took.
struct Bill {
  std::optional<double> energy_j;
  bool energy_measured = false;  ///< else estimated from `power_watts`
  std::optional<double> carbon_g;
  std::optional<double> machine_cost, energy_cost;
  std::string currency;

  /// "energy_j", "energy_source" ("measured" or "estimated"), "carbon_g", "machine_cost", "energy_cost", "cost" (both
  /// together), "cost_currency"; only those that are known.
  Json json() const;
  /// The same as lines of a summary; "" where nothing is known.
  std::string text() const;
};

/// @param seconds   that the machine was taken
/// @param measured  joules, where the host tells them
Bill make_bill(const CostRecipe& prices, double seconds, std::optional<double> measured);

/// Why prices of energy cannot be applied, before an hour is spent; "" where they can.
std::string unmeasured_energy_warning(const CostRecipe& prices, bool measured);

}  // namespace llmops::train
