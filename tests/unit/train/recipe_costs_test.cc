// Prices in a recipe, and the bill at the end.
#include "train/recipe_costs.h"

#include "config/yaml_reader.h"
#include "core/error.h"
#include "support/catch.h"

using namespace llmops;

namespace {

train::CostRecipe costs_of(const std::string& text) {
  auto document = config::YamlDocument::from_text(text, "lora.yaml");
  auto root = document.root();
  const train::CostRecipe recipe = train::read_costs(root);
  document.finish();
  return recipe;
}

const std::string kAll =
    "cost_per_hour: 1.5\nenergy_price_per_kwh: 0.3\ncarbon_g_per_kwh: 400\npower_watts: 100\ncost_currency: EUR\n";

}  // namespace

TEST_CASE("without prices nothing is told", "[train]") {
  const train::CostRecipe recipe = costs_of("{}");
  CHECK_FALSE(recipe.on());
  CHECK(recipe.json().empty());
  const train::Bill bill = train::make_bill(recipe, 3600, std::nullopt);
  CHECK(bill.json().empty());
  CHECK(bill.text().empty());
}

TEST_CASE("half an hour at 100 watts costs what it costs", "[train]") {
  const train::CostRecipe recipe = costs_of(kAll);
  CHECK(recipe.json().size() == 5);
  const train::Bill bill = train::make_bill(recipe, 1800, std::nullopt);
  const Json json = bill.json();
  CHECK(json["energy_j"] == 180000.0);
  CHECK(json["energy_source"] == "estimated");
  CHECK(json["carbon_g"].get<double>() == Approx(20));
  CHECK(json["machine_cost"] == 0.75);
  CHECK(json["energy_cost"].get<double>() == Approx(0.015));
  CHECK(json["cost"].get<double>() == Approx(0.765));
  CHECK(json["cost_currency"] == "EUR");
  CHECK(bill.text() ==
        "energy         50 Wh, estimated from 'power_watts'\n"
        "carbon         20 g of CO2 equivalent\n"
        "cost           0.765 EUR (0.75 EUR the machine, 0.015 EUR its energy)\n");
}

TEST_CASE("what was measured goes before the estimate", "[train]") {
  const train::Bill bill = train::make_bill(costs_of(kAll), 1800, 3.6e6);
  CHECK(bill.json()["energy_j"] == 3.6e6);
  CHECK(bill.json()["energy_source"] == "measured");
  CHECK(bill.json()["carbon_g"].get<double>() == Approx(400));
  CHECK(bill.text().find("1 kWh, measured") != std::string::npos);
  // Energy that the host tells is told without any price.
  CHECK(train::make_bill({}, 10, 50.0).json() == Json{{"energy_j", 50.0}, {"energy_source", "measured"}});
}

TEST_CASE("prices of energy that is not known are no zero", "[train]") {
  const train::CostRecipe recipe = costs_of("energy_price_per_kwh: 0.3\ncost_per_hour: 2");
  CHECK(train::make_bill(recipe, 1800, std::nullopt).json() ==
        Json{{"machine_cost", 1.0}, {"cost", 1.0}, {"cost_currency", "USD"}});
  CHECK(train::unmeasured_energy_warning(recipe, false).find("'energy_price_per_kwh' cannot be applied") == 0);
  CHECK(train::unmeasured_energy_warning(recipe, true).empty());
  CHECK(train::unmeasured_energy_warning(costs_of(kAll), false).empty());
  CHECK(train::unmeasured_energy_warning({}, false).empty());
}

TEST_CASE("prices that are none are refused", "[train]") {
  CHECK_THROWS_WITH(costs_of("cost_per_hour: -1\npower_watts: 0\ncarbon_g_per_kwh: .inf\ncost_currency: EUR"),
                    Catch::Contains("lora.yaml:1: 'cost_per_hour' must be a number of at least 0") &&
                        Catch::Contains("lora.yaml:2: 'power_watts' must be a number above 0") &&
                        Catch::Contains("'carbon_g_per_kwh'"));
  CHECK_THROWS_WITH(costs_of("cost_currency: EUR"), Catch::Contains("'cost_currency' needs"));
}
