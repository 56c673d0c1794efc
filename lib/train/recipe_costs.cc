// Reads prices and applies them.
#include "train/recipe_costs.h"

#include <fmt/format.h>

#include <cmath>

#include "config/yaml_reader.h"
#include "core/resource_use.h"
#include "core/units.h"

namespace llmops::train {
namespace {

constexpr double kJoulesPerKwh = 3.6e6;
constexpr double kSecondsPerHour = 3600;

struct Key {
  const char* name;
  std::optional<double> CostRecipe::* value;
  bool may_be_zero;
};
constexpr Key kKeys[] = {{"cost_per_hour", &CostRecipe::cost_per_hour, true},
                         {"energy_price_per_kwh", &CostRecipe::energy_price_per_kwh, true},
                         {"carbon_g_per_kwh", &CostRecipe::carbon_g_per_kwh, true},
                         {"power_watts", &CostRecipe::power_watts, false}};

std::string money(double amount, const std::string& currency) {
  return (amount < 1 ? format_number(amount, 3) : fmt::format("{:.2f}", amount)) + " " + currency;
}

std::string mass(double grams) {
  return grams < 1000 ? format_number(grams, 3) + " g" : format_number(grams / 1000, 3) + " kg";
}

}  // namespace

Json CostRecipe::json() const {
  Json json = Json::object();
  if (!on()) return json;
  for (const Key& key : kKeys) {
    if (this->*key.value) json[key.name] = *(this->*key.value);
  }
  json["cost_currency"] = cost_currency;
  return json;
}

CostRecipe read_costs(config::YamlObject& root) {
  CostRecipe recipe;
  for (const Key& key : kKeys) {
    if (!root.has(key.name)) continue;
    double value = 1;
    root.optional(key.name, value);
    root.check(std::isfinite(value) && (value > 0 || (key.may_be_zero && value == 0)), key.name,
               key.may_be_zero ? "must be a number of at least 0" : "must be a number above 0");
    recipe.*key.value = value;
  }
  root.optional("cost_currency", recipe.cost_currency);
  root.check(recipe.cost_per_hour || recipe.energy_price_per_kwh || !root.has("cost_currency"), "cost_currency",
             "needs 'cost_per_hour' or 'energy_price_per_kwh'");
  return recipe;
}

Bill make_bill(const CostRecipe& prices, double seconds, std::optional<double> measured) {
  Bill bill;
  bill.currency = prices.cost_currency;
  bill.energy_j = measured;
  bill.energy_measured = measured.has_value();
  if (!measured && prices.power_watts) bill.energy_j = *prices.power_watts * seconds;
  if (prices.cost_per_hour) bill.machine_cost = *prices.cost_per_hour * seconds / kSecondsPerHour;
  if (!bill.energy_j) return bill;
  const double kwh = *bill.energy_j / kJoulesPerKwh;
  if (prices.energy_price_per_kwh) bill.energy_cost = *prices.energy_price_per_kwh * kwh;
  if (prices.carbon_g_per_kwh) bill.carbon_g = *prices.carbon_g_per_kwh * kwh;
  return bill;
}

Json Bill::json() const {
  Json json = Json::object();
  if (energy_j) {
    json["energy_j"] = *energy_j;
    json["energy_source"] = energy_measured ? "measured" : "estimated";
  }
  if (carbon_g) json["carbon_g"] = *carbon_g;
  if (machine_cost) json["machine_cost"] = *machine_cost;
  if (energy_cost) json["energy_cost"] = *energy_cost;
  if (machine_cost || energy_cost) {
    json["cost"] = machine_cost.value_or(0) + energy_cost.value_or(0);
    json["cost_currency"] = currency;
  }
  return json;
}

std::string Bill::text() const {
  std::string text;
  if (energy_j) {
    text += fmt::format("energy         {}, {}\n", format_energy(*energy_j),
                        energy_measured ? "measured for the whole machine" : "estimated from 'power_watts'");
  }
  if (carbon_g) text += fmt::format("carbon         {} of CO2 equivalent\n", mass(*carbon_g));
  if (machine_cost && energy_cost) {
    text += fmt::format("cost           {} ({} the machine, {} its energy)\n",
                        money(*machine_cost + *energy_cost, currency), money(*machine_cost, currency),
                        money(*energy_cost, currency));
  } else if (machine_cost || energy_cost) {
    text += fmt::format("cost           {}\n", money(machine_cost.value_or(0) + energy_cost.value_or(0), currency));
  }
  return text;
}

std::string unmeasured_energy_warning(const CostRecipe& prices, bool measured) {
  if (measured || prices.power_watts || (!prices.energy_price_per_kwh && !prices.carbon_g_per_kwh)) return "";
  return fmt::format("'{}' cannot be applied: this machine does not tell its energy; set 'power_watts' to estimate it",
                     prices.energy_price_per_kwh ? "energy_price_per_kwh" : "carbon_g_per_kwh");
}

}  // namespace llmops::train
