// The attribute that a debiased model is not to tell, as records have it.
#include "train/groups.h"

#include "core/error.h"
#include "support/catch.h"

using namespace llmops;

namespace {

std::vector<train::Example> marked(train::Groups& groups, const std::vector<std::string>& records) {
  std::vector<train::Example> all;
  for (const std::string& record : records) {
    std::vector<train::Example> one(1);
    groups.mark({parse_json(record, "record"), "data.jsonl:1"}, one);
    all.push_back(one[0]);
  }
  return all;
}

std::string problem(const std::vector<std::string>& training, const std::vector<std::string>& judged) {
  train::Groups groups("who");
  try {
    auto train = marked(groups, training), validation = marked(groups, judged);
    groups.finish(train, validation);
  } catch (const InputError& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("values of an attribute are numbered by their text, whatever their order", "[train]") {
  train::Groups groups("who");
  auto train = marked(groups, {R"({"who": "m"})", R"({"who": true})", R"({"who": 7})", R"({"who": "m"})"});
  auto validation = marked(groups, {R"({"who": 7})"});
  CHECK(groups.finish(train, validation) == std::vector<std::string>{"7", "m", "true"});
  CHECK(train[0].group == 1);
  CHECK(train[1].group == 2);
  CHECK(train[2].group == 0);
  CHECK(validation[0].group == 0);
  CHECK(train::commonest_group(train) == 1);
  train::Groups none("");
  std::vector<train::Example> untouched(1);
  none.mark({Json::object(), "data.jsonl:1"}, untouched);
  CHECK(none.finish(untouched, untouched).empty());
  CHECK(untouched[0].group == -1);
}

TEST_CASE("an attribute that is missing, no category, or always the same is refused", "[train]") {
  CHECK(problem({R"({"text": "x"})"}, {}) == "data.jsonl:1: 'who', which 'debias' names, is missing");
  CHECK_THAT(problem({R"({"who": null})"}, {}), Catch::Contains("is missing"));
  CHECK(problem({R"({"who": [1]})"}, {}) == "data.jsonl:1: 'who' is an array, expected one of a few texts");
  CHECK_THAT(problem({R"({"who": 0.5})"}, {}), Catch::Contains("is a number"));
  CHECK(problem({R"({"who": "f"})", R"({"who": "f"})"}, {}) ==
        "'who' has one value, 'f', in the training examples; 'debias' needs 2 to 256");
  CHECK_THAT(problem({R"({"who": "f"})", R"({"who": "m"})"}, {R"({"who": "F"})"}),
             Catch::Contains("'who' is 'F' in validation examples and in no training example"));
  std::vector<std::string> many;
  for (int i = 0; i < 257; ++i) many.push_back("{\"who\": " + std::to_string(i) + "}");
  CHECK_THAT(problem(many, {}), Catch::Contains("has 257 values in the training examples"));
}
