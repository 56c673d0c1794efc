// A program of the user's own keeps, drops and changes records; one that answers nonsense is an error.
#include "data/steps/record_program.h"

#include "core/error.h"
#include "core/files.h"
#include "support/catch.h"
#include "support/prepared_texts.h"

namespace llmops::data {
namespace {

Batch batch_of(const std::vector<std::string>& texts) {
  Batch batch;
  for (const std::string& text : texts) {
    Record record;
    record.id = "r" + std::to_string(batch.items.size());
    record.text = text;
    batch.items.push_back({{0, batch.items.size() + 1}, record});
  }
  batch.items.push_back({{0, 99}, dropped("too_short", "x")});
  return batch;
}

RecordProgram answering(const std::string& script) { return RecordProgram({"sh", "-c", script}); }

TEST_CASE("each line of a filter's answer decides about one record", "[data]") {
  Batch batch = batch_of({"one", "two", "three", "four"});
  answering(R"(cat >/dev/null; printf 'true\nfalse\n{"drop":"ads"}\n{"id":"mine","text":"changed","score":2}\n')")
      .apply(batch);
  REQUIRE(batch.items[0].record() != nullptr);
  CHECK(batch.items[1].loss()->rule == "filter");
  CHECK(batch.items[2].loss()->rule == "filter_ads");
  CHECK(batch.items[2].loss()->id == "r2");
  REQUIRE(batch.items[3].record() != nullptr);
  CHECK(batch.items[3].record()->text == "changed");
  CHECK(batch.items[3].record()->id == "r3");
  CHECK(batch.items[3].record()->fields["score"] == 2);
  CHECK(batch.items[4].loss()->rule == "too_short");
}

TEST_CASE("a filter sees whole records as they are so far", "[data]") {
  Batch batch = batch_of({"keep \"this\"", "lose this"});
  answering("while read -r line; do case $line in *keep*) echo true;; *) echo false;; esac; done").apply(batch);
  CHECK(batch.items[0].record() != nullptr);
  CHECK(batch.items[1].record() == nullptr);
}

TEST_CASE("a filter that fails or answers otherwise is an error that says so", "[data]") {
  const auto message = [](const std::string& script) {
    Batch batch = batch_of({"one", "two"});
    try {
      answering(script).apply(batch);
    } catch (const InputError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  CHECK(message("cat >/dev/null; echo true") == "the filter 'sh' answered fewer lines than it was given");
  CHECK(message("cat >/dev/null; echo true; echo true; echo true") ==
        "the filter 'sh' answered more lines than it was given");
  CHECK(message("cat >/dev/null; echo yes; echo true") == "the filter 'sh' answered 'yes'");
  CHECK(message("cat >/dev/null; echo 5; echo true") == "the filter 'sh' answered '5'");
  CHECK(message("exit 3") == "the filter 'sh' ended with exit code 3");
  Batch batch = batch_of({"one"});
  CHECK_THROWS_AS(RecordProgram({"no-such-program-anywhere"}).apply(batch), NotFoundError);
}

TEST_CASE("a recipe's filter is part of what is stored, and its losses are counted", "[data]") {
  PrepareRecipe recipe;
  recipe.clean.filter_cmd = {"sh", "-c",
                             "while read -r line; do case $line in *spam*) echo false;; *) echo true;; esac; done"};
  test::PreparedTexts texts(recipe, {{{"text", "good words here"}}, {{"text", "spam words here"}}});
  CHECK(texts.report.kept == 1);
  CHECK(texts.report.dropped["filter"] == 1);
}

}  // namespace
}  // namespace llmops::data
