// Synthetic records on the engine without weights: the same for the same seed at any batch, and all accounted for.
#include "infer/synthesize.h"

#include <algorithm>

#include "core/error.h"
#include "support/catch.h"
#include "support/history_engine.h"

namespace llmops::infer {
namespace {

data::SynthesisRecipe letters_recipe() {
  data::SynthesisRecipe recipe;
  recipe.name = "letters";
  recipe.messages = {{{"role", "user"}, {"content", "About{{topic}}"}}};
  recipe.variables = {{"topic", {"cats", "dogs", "birds"}}};
  recipe.sampling.max_tokens = 12;
  recipe.sampling.temperature = 1;
  recipe.checks.whole = false;
  return recipe;
}

struct Outcome {
  std::vector<Json> records, rejects;
  SynthesisReport report;
};

Outcome run(const data::SynthesisRecipe& recipe, const SynthesizeOptions& options) {
  test::HistoryEngine engine;
  Outcome outcome;
  Progress silent;
  outcome.report = synthesize(
      *engine.engine, recipe, options, [&](const Json& record) { outcome.records.push_back(record); },
      [&](const Json& reject) { outcome.rejects.push_back(reject); }, silent);
  return outcome;
}

}  // namespace

TEST_CASE("records carry seed, prompt, model and variables, and come again", "[infer]") {
  const data::SynthesisRecipe recipe = letters_recipe();
  SynthesizeOptions options{.count = 20, .seed = 5, .batch = 1, .model = "m"};
  const Outcome one = run(recipe, options);
  REQUIRE(one.records.size() == 20);
  CHECK(one.records[0]["id"] == "letters-000001");
  const Json& origin = one.records[3]["synthesis"];
  CHECK(origin["seed"] == data::synthesis_seed(5, origin["attempt"]));
  CHECK(origin["prompt_sha256"] == recipe.prompt_sha256());
  CHECK(origin["model"] == "m");
  options.batch = 7;
  const Outcome batched = run(recipe, options);
  CHECK(batched.records == one.records);
  CHECK(batched.report.attempts == one.report.attempts);
  CHECK(batched.report.rejected == one.report.rejected);
  options.seed = 6;
  CHECK(run(recipe, options).records != one.records);
  // A record's seed and prompt give its text again, without all the others.
  test::HistoryEngine engine;
  GenerateRequest request;
  request.prompt = engine->tokenizer().encode("About" + origin["variables"]["topic"].get<std::string>(), true);
  request.sampling = {.max_tokens = 12, .temperature = 1, .min_p = 0.05, .seed = origin["seed"].get<std::uint64_t>()};
  CHECK(engine->generate({&request, 1})[0].text == one.records[3]["text"]);
}

TEST_CASE("every attempt is a record or is counted under a rule", "[infer]") {
  data::SynthesisRecipe recipe = letters_recipe();
  recipe.checks.regex = "[0-4]";
  recipe.checks.must_not_contain = {"a"};
  const Outcome outcome = run(recipe, {.count = 15, .seed = 1, .validator = "grep -qv Z"});
  std::size_t rejected = 0;
  for (const auto& [rule, count] : outcome.report.rejected) rejected += count;
  CHECK(outcome.report.accepted == 15);
  CHECK(outcome.report.accepted + rejected == outcome.report.attempts);
  CHECK(outcome.rejects.size() == rejected);
  CHECK(outcome.report.rejected.contains("no_match"));
  CHECK(outcome.report.rejected.contains("forbidden_text"));
  CHECK(outcome.report.rejected.contains("validator"));
  for (const Json& record : outcome.records) {
    const std::string text = record["text"];
    CHECK(text.find_first_of("01234") != std::string::npos);
    CHECK(text.find_first_of("aAZ") == std::string::npos);
  }
}

TEST_CASE("a schema holds the model while it writes", "[infer]") {
  data::SynthesisRecipe recipe = letters_recipe();
  recipe.schema = {{"type", "integer"}, {"minimum", 10}, {"maximum", 99}};
  const Outcome outcome = run(recipe, {.count = 5, .seed = 1});
  CHECK(outcome.report.accepted == 5);
  for (const Json& record : outcome.records) CHECK(record["text"].get<std::string>().size() == 2);
  CHECK_FALSE(outcome.report.rejected.contains("schema"));
}

TEST_CASE("attempts end, also when nothing passes", "[infer]") {
  data::SynthesisRecipe recipe = letters_recipe();
  recipe.checks.min_chars = 1000;
  const Outcome outcome = run(recipe, {.count = 3, .batch = 4});
  CHECK(outcome.records.empty());
  CHECK(outcome.report.attempts == 30);
  CHECK(outcome.report.rejected.at("too_short") == 30);
  recipe.variables = {{"topic", {std::string(600, 'a')}}};
  CHECK(run(recipe, {.count = 1, .most_attempts = 2}).report.rejected.at("prompt_too_long") == 2);
}

}  // namespace llmops::infer
