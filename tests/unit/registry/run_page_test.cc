// A run's curves and its page.
#include "registry/run_page.h"

#include <cmath>

#include "core/error.h"
#include "registry/run.h"
#include "registry/run_curves.h"
#include "support/catch.h"
#include "support/registry_fixture.h"

using namespace llmops;
using namespace llmops::registry;

namespace {

struct Fixture : test::RegistryFixture {
  std::string id;

  explicit Fixture(bool finish) {
    Run run(registry, {.command = "finetune-lora", .argv = {"llmops", "<b>"}, .config = {{"lora_r", 8}}, .seed = 7});
    id = run.id();
    run.add_input(write("data/a<b.jsonl", "{}"), "dataset");
    for (int step = 1; step <= 10; ++step) {
      if (step == 6) {
        run.log_metrics({{"rollback_to", 4}}, step);
        continue;
      }
      run.log_metrics({{"loss", 1.0 / step}, {"tok_s", 100}, {"rss_bytes", 2e8}, {"peak_rss_bytes", 3e8}}, step);
      if (step % 5 == 0) run.log_metrics({{"val_loss", 2.0 / step}, {"val_nll_loss", 1}}, step);
    }
    run.log_metric("exact_match", 0.5);
    const Json rollbacks = Json::array({{{"step", 6}, {"to_step", 4}, {"reason", "the loss is not <finite>"}}});
    if (finish)
      run.finish({{"tokens", 12345},
                  {"val_loss_best", 0.2},
                  {"energy_j", 7200.0},
                  {"cost", 1.5},
                  {"cost_currency", "EUR"},
                  {"energy_source", "estimated"},
                  {"rollbacks", rollbacks}});
  }
  std::string page() { return run_page(registry, get_run(registry, id)); }
};

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("metrics that belong together stand in one plot", "[registry]") {
  Fixture fixture(true);
  const auto metrics = list_metrics(fixture.registry, fixture.id);
  const LinePlot loss = run_curve(metrics, "loss");
  REQUIRE(loss.lines.size() == 2);
  CHECK(loss.lines[0].name == "training");
  CHECK(loss.lines[0].points.size() == 9);
  CHECK(loss.lines[1].points.size() == 2);
  CHECK(loss.marks == std::vector<double>{6});
  const auto plots = run_curves(metrics);
  REQUIRE(plots.size() == 4);
  CHECK(plots[0].title == "loss");
  CHECK(plots[1].title == "speed");
  CHECK(plots[2].title == "memory");
  CHECK(plots[2].lines[1].points[0].y == Approx(300));  // MB
  CHECK(plots[3].title == "val_nll_loss");              // its training part was not recorded
  CHECK_THROWS_WITH(run_curve(metrics, "los"), "the run has no metric 'los'");
}

TEST_CASE("the page tells a run whole, and nothing in it is taken for HTML", "[registry]") {
  Fixture fixture(true);
  const std::string page = fixture.page();
  for (const char* part : {"finetune-lora r-", "finished", "12,345", "2 Wh", "energy, estimated", "cost, EUR", "lora_r",
                           "the loss is not &lt;finite&gt;", "exact_match", "llmops &lt;b&gt;", "a&lt;b.jsonl"}) {
    INFO(part);
    CHECK(has(page, part));
  }
  for (const char* part : {"<finite>", "llmops <b>", "<script", "http://", "https://", "url(", "@import"}) {
    INFO(part);
    CHECK_FALSE(has(page, part));
  }
}

TEST_CASE("a run that did not finish has a page too", "[registry]") {
  Fixture fixture(false);
  const std::string page = fixture.page();
  CHECK(has(page, "failed"));
  CHECK(has(page, "Undone steps"));
  CHECK(has(page, "<polyline"));
}
