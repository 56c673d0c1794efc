// `merge` and `unmerge` as a user meets them.
#include <filesystem>

#include "core/json.h"
#include "support/catch.h"
#include "support/workplace.h"

using namespace llmops;
using Catch::Matchers::Contains;

namespace {

struct Workplace : test::Workplace {
  std::string chat = test::golden("tiny-chat").string(), adapter = test::golden("lora/adapter").string();
};

}  // namespace

TEST_CASE("a merged adapter is taken out again, and both ways tell what rounding took", "[cli]") {
  const Workplace place;
  const Json merged = place.json({"merge", place.adapter, "--base", place.chat, "-o", "sum", "--dtype", "float32"});
  CHECK(merged["max_logit_difference"] < 1e-4);
  CHECK(merged["unmerge_drift"]["changed_share"] == 0);
  CHECK(merged["run_id"].is_string());
  const Json back = place.json({"unmerge", "sum", "--adapter", place.adapter, "--base", place.chat, "-o", "back"});
  CHECK(back["drift"]["changed_share"] == 0);
  CHECK(place.json({"models", "diff", place.chat, "back"})["tensors"].empty());
  const auto text = place.run({"merge", place.adapter, "--base", place.chat, "-o", "coarse"});
  CHECK_THAT(text.out, Contains("ulps at most") && Contains("% of the weights changed"));
}

TEST_CASE("an adapter that cannot be taken out is refused with the reason", "[cli]") {
  const Workplace place;
  const std::string base = test::golden("decoder/qwen2").string(), dora = test::golden("lora/peft/dora").string();
  const auto refused = place.run({"unmerge", base, "--adapter", dora, "-o", "x"});
  CHECK(refused.exit_code == 1);
  CHECK_THAT(refused.err, Contains("how long a row was is not in a merged model"));
  CHECK_FALSE(std::filesystem::exists(place.folder.path() / "x"));
}
