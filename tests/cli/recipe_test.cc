// `llmops recipe`: checking, showing and importing recipes, as people and scripts do it.
#include "core/files.h"
#include "core/json.h"
#include "support/catch.h"
#include "support/cli.h"
#include "support/temporary_directory.h"

using namespace llmops;

namespace {

constexpr const char* kOther = R"(base_model: ./small-model
output_dir: out/one
adapter: lora
learning_rate: 1e-4
wandb_project: mine
optimizer: muon
datasets:
  - path: train.jsonl
    type: alpaca
)";

}  // namespace

TEST_CASE("recipes are imported, checked and shown", "[cli]") {
  const test::TemporaryDirectory folder;
  write_file_atomic(folder.path() / "other.yml", kOther);
  test::CliOptions options;
  options.working_directory = folder.path();
  const auto run = [&](std::vector<std::string> words) {
    words.insert(words.begin(), "recipe");
    return test::run_llmops(words, options);
  };
  const auto text = run({"import", "other.yml"});
  CHECK(text.exit_code == 0);
  CHECK(text.out.find("# From axolotl's other.yml.\nbase_model: ./small-model\n") == 0);
  CHECK(text.err.find("other.yml:6: 'optimizer' 'muon' is not here") != std::string::npos);
  CHECK(text.err.find("other.yml:5: 'wandb_project'") != std::string::npos);
  const auto strict = run({"import", "other.yml", "-o", "ours.yaml", "--strict", "--json"});
  CHECK(strict.exit_code == 1);
  const Json report = parse_json(strict.out, "stdout");
  CHECK(report["output"] == "ours.yaml");
  REQUIRE(report["lost"].size() == 2);
  CHECK(report["lost"][0]["line"] == 5);
  CHECK(report["lost"][0]["changes_result"] == false);
  CHECK(report["lost"][1]["key"] == "optimizer");
  CHECK(report["lost"][1]["changes_result"] == true);
  CHECK(read_file(folder.path() / "ours.yaml") == text.out);

  CHECK(run({"check", "ours.yaml"}).out == "ours.yaml: no problem\n");
  const auto shown = run({"show", "ours.yaml", "--set", "lora_r=4", "--json"});
  CHECK(parse_json(shown.out, "stdout")["recipe"]["lora_r"] == 4);
  CHECK(run({"show", "ours.yaml"}).out.find("lora_r: 16\n") != std::string::npos);
  const auto wrong = run({"check", "ours.yaml", "--set", "lora_r=0", "--set", "lrr=1"});
  CHECK(wrong.exit_code == 2);
  CHECK(wrong.err.find("'lora_r' must lie between 1 and 4096") != std::string::npos);
  CHECK(wrong.err.find("unknown key 'lrr'") != std::string::npos);
  CHECK(run({"import", "ours.yaml"}).exit_code == 0);  // its keys are axolotl's too
  CHECK_FALSE(fs::exists(folder.path() / ".llmops"));
}
