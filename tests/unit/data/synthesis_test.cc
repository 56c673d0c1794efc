// What a synthesis asks, and which answers pass.
#include "data/annotate/synthesis.h"

#include <map>
#include <set>

#include "core/error.h"
#include "core/files.h"
#include "data/annotate/validator_program.h"
#include "support/catch.h"
#include "support/temporary_directory.h"

namespace llmops::data {
namespace {

using Catch::Matchers::Contains;

constexpr const char* kRecipe = R"(
system: You write tickets.
prompt: "A {{tone}} ticket about {{topic}}, like: {{example}}"
variables:
  tone: [angry, polite, 3]
  topic: {file: topics.txt}
seeds: seeds.jsonl
sampling: {temperature: 0.7, max_tokens: 32}
checks: {min_words: 2, must_contain: ["{{topic}}"]}
)";

struct RecipeFolder {
  RecipeFolder() {
    write_file_atomic(folder.path() / "topics.txt", "billing\r\nlogin\n\n");
    write_file_atomic(folder.path() / "seeds.jsonl", "{\"example\": \"e0\"}\n{\"example\": \"e1\"}\n");
  }
  SynthesisRecipe read(const std::string& text, const std::vector<std::string>& overrides = {}) const {
    write_file_atomic(folder.path() / "ticket.yaml", text);
    return read_synthesis_recipe(folder.path() / "ticket.yaml", overrides);
  }
  test::TemporaryDirectory folder;
};

std::string check_once(const RecordChecks& checks, const std::string& text, const Json& schema = {}) {
  RecordChecker checker(checks, schema);
  return checker.check(text, false, {{"topic", "Über"}});
}

}  // namespace

TEST_CASE("every combination of values comes once in a round, the same for the same seed", "[data]") {
  const SynthesisRecipe recipe = RecipeFolder().read(kRecipe);
  CHECK(recipe.name == "ticket");
  for (const std::uint64_t seed : {0, 1, 99}) {
    std::set<std::string> seen;
    for (std::uint64_t attempt = 0; attempt < 12; ++attempt) {
      const Json variables = synthesis_variables(recipe, seed, attempt);
      seen.insert(dump_json(variables));
      CHECK(variables == synthesis_variables(recipe, seed, attempt));
    }
    CHECK(seen.size() == 12);  // 3 tones, 2 topics, 2 seeds
  }
  std::set<std::string> first;
  std::set<std::uint64_t> seeds;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    first.insert(dump_json(synthesis_variables(recipe, seed, 0)));
    for (std::uint64_t attempt = 0; attempt < 50; ++attempt) seeds.insert(synthesis_seed(seed, attempt));
  }
  CHECK(first.size() > 6);
  CHECK(seeds.size() == 2500);
  CHECK(*seeds.rbegin() < (std::uint64_t{1} << 53));
  const Json messages = filled_messages(recipe, {{"tone", "3"}, {"topic", "login"}, {"example", "e1"}});
  CHECK(messages[1]["content"] == "A 3 ticket about login, like: e1");
}

TEST_CASE("the prompt's hash is of the prompt and the schema alone", "[data]") {
  const RecipeFolder folder;
  const SynthesisRecipe recipe = folder.read(kRecipe);
  CHECK(folder.read(kRecipe, {"sampling.temperature=0"}).prompt_sha256() == recipe.prompt_sha256());
  CHECK(folder.read(kRecipe, {"system=Other"}).prompt_sha256() != recipe.prompt_sha256());
}

TEST_CASE("mistakes in a recipe are found before a model is opened, all at once", "[data]") {
  const RecipeFolder folder;
  CHECK_THROWS_WITH(
      folder.read("prompt: 'about {{topc}}'\nvariables: {topic: [a]}\nrecord: page\nchecks: {min_char: 3}\n"),
      Contains("names 'topc', which has no values") && Contains("has 'topic', which the prompt does not use") &&
          Contains("'record' is 'page'") && Contains("min_char"));
  CHECK_THROWS_WITH(folder.read("prompt: 'x {{other}}'\nseeds: seeds.jsonl\n"), Contains("has a line without 'other'"));
  CHECK_THROWS_AS(folder.read("variables: {a: [b]}\n"), ConfigError);
  CHECK_THROWS_AS(folder.read("prompt: x\nmessages: [{role: user, content: y}]\n"), ConfigError);
  CHECK_THROWS_AS(folder.read("prompt: x\nvariables: {a: []}\n"), ConfigError);
}

TEST_CASE("an answer becomes a text, a conversation or fields", "[data]") {
  const RecipeFolder folder;
  SynthesisRecipe recipe = folder.read(kRecipe);
  const Json messages = {{{"role", "user"}, {"content", "q"}}};
  CHECK(synthetic_record(recipe, messages, "t") == Json{{"text", "t"}});
  recipe.record = "conversation";
  CHECK(synthetic_record(recipe, messages, "t")["messages"][1]["content"] == "t");
  recipe = folder.read("prompt: x\nschema: {type: object, required: [a]}\n");
  CHECK(recipe.record == "fields");
  CHECK(synthetic_record(recipe, messages, R"({"a": 1})") == Json{{"a", 1}});
  CHECK_THROWS_AS(synthetic_record(recipe, messages, "[1]"), InputError);
}

TEST_CASE("each rule rejects by its name", "[data]") {
  CHECK(check_once({}, "").substr(0) == "too_short");
  CHECK(check_once({.min_chars = 4}, "äöü") == "too_short");
  CHECK(check_once({.min_chars = 3}, "äöü").empty());
  CHECK(check_once({.max_chars = 3}, "abcd") == "too_long");
  CHECK(check_once({.min_words = 3}, "two\u00a0words") == "too_short");
  CHECK(check_once({.max_words = 2}, "one two three") == "too_long");
  CHECK(check_once({.required_keys = {"a"}}, "no json") == "not_json");
  CHECK(check_once({.required_keys = {"a"}}, R"({"b": 1})") == "missing_key");
  CHECK(check_once({.required_keys = {"a"}}, R"(["a"])") == "missing_key");
  CHECK(check_once({}, R"({"a": "1"})", parse_json(R"({"properties": {"a": {"type": "integer"}}})", "s")) == "schema");
  CHECK(check_once({.regex = "^[a-z]+$"}, "abc1") == "no_match");
  CHECK(check_once({.regex = "^[a-z]+$"}, "abc").empty());
  CHECK(check_once({.regex = "(a+)+$"}, std::string(60, 'a') + "b") == "no_match");  // and soon
  CHECK(check_once({.must_contain = {"{{topic}}"}}, "all about über").empty());
  CHECK(check_once({.must_contain = {"{{topic}}"}}, "nothing") == "lacks_text");
  CHECK(check_once({.must_not_contain = {"as an AI"}}, "As an AI, I") == "forbidden_text");
  RecordChecker checker({}, {});
  CHECK(checker.check("text", true, {}) == "cut_off");
}

TEST_CASE("what was accepted is not accepted again, nor what is nearly the same", "[data]") {
  RecordChecker checker({}, {});
  const std::string text = "the printer on the third floor prints every page twice since the update on monday morning";
  CHECK(checker.check(text, false, {}).empty());
  CHECK(checker.check(text, false, {}).empty());  // not yet accepted
  checker.accept(text);
  CHECK(checker.check("The printer, on the third floor, prints every page twice since the update on Monday morning!",
                      false, {}) == "duplicate");
  CHECK(checker.check(text + " again", false, {}) == "near_duplicate");
  CHECK(checker.check("the login page asks for the password twice and then shows an empty window", false, {}).empty());
  RecordChecker lenient({.near_duplicates = 0}, {});
  lenient.accept(text);
  CHECK(lenient.check(text, false, {}).empty());
}

TEST_CASE("a validator accepts by its exit code or its answer, and says why not", "[data]") {
  const Json record{{"text", "hello"}};
  CHECK(ask_validator("true", record).empty());
  CHECK(ask_validator("false", record) == "validator");
  CHECK(ask_validator("grep -q hello", record).empty());
  CHECK(ask_validator("grep -q bye", record) == "validator");
  CHECK(ask_validator("echo '{\"ok\": false, \"reason\": \"dull\"}'", record) == "validator: dull");
  CHECK(ask_validator("echo '{\"reason\": \"bad\"}'; exit 1", record) == "validator: bad");
  CHECK(ask_validator("echo '{\"ok\": true}'", record).empty());
  CHECK(ask_validator("echo not json; cat > /dev/null", record).empty());
  CHECK(ask_validator("kill -9 $$", record) == "validator");
  CHECK(ask_validator("sleep 20", record, std::chrono::seconds(0)) == "validator_timeout");
  CHECK_THROWS_AS(ask_validator("/nowhere/check", record), NotFoundError);
  // More than a pipe holds, read by nobody, and read late.
  const Json large{{"text", std::string(1 << 20, 'x')}};
  CHECK(ask_validator("exit 0", large).empty());
  CHECK(ask_validator("sleep 0.1; test $(wc -c) -gt 1000000", large).empty());
}

}  // namespace llmops::data
