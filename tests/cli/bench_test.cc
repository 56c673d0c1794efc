// `llmops bench` and `llmops doctor`: the keys that scripts read, and what is refused.
#include "core/json.h"
#include "support/catch.h"
#include "support/cli.h"

using namespace llmops;

namespace {

const std::string kModel = test::golden("tiny-chat").string();

}  // namespace

TEST_CASE("bench prints one object with the figures and their repeats", "[cli]") {
  const auto result = test::run_llmops({"bench", "--model", kModel, "--threads", "2", "--prompt", "20", "--generate",
                                        "5", "--batch", "1,3", "--repeats", "2", "--json", "--quiet"});
  INFO(result.err);
  REQUIRE(result.exit_code == 0);
  const Json json = parse_json(result.out, "stdout");
  for (const char* key : {"prefill_tok_s", "decode_tok_s", "load_s", "first_token_s", "bandwidth_gb_s"}) {
    INFO(key);
    CHECK(json[key].get<double>() > 0);
    CHECK(json["repeats"][key].size() == 2);
  }
  for (const char* key : {"weight_bytes", "kv_bytes", "peak_rss_bytes", "decode_gb_s"})
    CHECK(json[key].get<double>() > 0);
  CHECK(json["threads"] == 2);
  REQUIRE(json["batches"].size() == 2);
  CHECK(json["batches"][1]["batch"] == 3);
}

TEST_CASE("of a mixture of experts those count as read that a token goes through", "[cli]") {
  const auto bytes_of_step = [](const std::string& model) {
    const auto result = test::run_llmops({"bench", "--model", test::golden(model).string(), "--prompt", "4",
                                          "--generate", "4", "--repeats", "1", "--json", "--quiet"});
    INFO(result.err);
    REQUIRE(result.exit_code == 0);
    const Json json = parse_json(result.out, "stdout");
    return json["decode_gb_s"].get<double>() * 1e9 / json["decode_tok_s"].get<double>() /
           json["weight_bytes"].get<double>();
  };
  CHECK(bytes_of_step("decoder/llama") > 1);  // and keys and values
  CHECK(bytes_of_step("decoder/mixtral") < 0.95);
}

TEST_CASE("bench measures what a draft model gains", "[cli]") {
  const auto result = test::run_llmops({"bench", "--model", kModel, "--draft-model", kModel, "--prompt", "20",
                                        "--generate", "10", "--repeats", "1", "--json", "--quiet"});
  INFO(result.err);
  REQUIRE(result.exit_code == 0);
  const Json draft = parse_json(result.out, "stdout")["draft"];
  CHECK(draft["same_text"] == true);
  CHECK(draft["accepted_tokens"] == draft["drafted_tokens"]);
  CHECK(draft["decode_tok_s"].get<double>() > 0);
}

TEST_CASE("the instruction set can be forced, and an unknown one is refused", "[cli]") {
  test::CliOptions options;
  options.environment = {{"LLMOPS_FORCE_ISA", "portable"}};
  const auto forced = test::run_llmops({"doctor", "--threads", "1", "--json"}, options);
  REQUIRE(forced.exit_code == 0);
  const Json json = parse_json(forced.out, "stdout");
  CHECK(json["isa"] == "portable");
  CHECK(json["isa_reason"] == "LLMOPS_FORCE_ISA is 'portable'");
  CHECK(json["bandwidth_gb_s"].get<double>() > 0);
  options.environment = {{"LLMOPS_FORCE_ISA", "avx"}};
  const auto unknown = test::run_llmops({"doctor"}, options);
  CHECK(unknown.exit_code == 2);
  CHECK(unknown.err.starts_with("error: unknown instruction set 'avx'"));
}

TEST_CASE("bench refuses what it cannot measure", "[cli]") {
  const auto none = test::run_llmops({"bench", "--model", kModel, "--generate", "0"});
  CHECK(none.exit_code == 2);
  CHECK(none.err.starts_with("error: --generate is 0, expected 1 to"));
  CHECK(test::run_llmops({"bench", "--model", "no-such-model"}).exit_code == 1);
}
