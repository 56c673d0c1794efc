// What a model is asked about a record, what it may answer, and where the answer is kept.
#include "infer/suggest_labels.h"

#include <cmath>
#include <fstream>

#include "core/error.h"
#include "core/files.h"
#include "support/catch.h"
#include "unit/data/annotation_support.h"
#include "unit/serve/fake_engine.h"

namespace llmops::infer {
namespace {

using data::testing::label_task;
using data::testing::task_of;
using data::testing::Workspace;
using Kind = data::AnnotationTask::Kind;

/// Answers "spam" about what has an odd digit, each token at half the probability.
class OddIsSpam final : public serve::testing::FakeEngine {
 public:
  OddIsSpam() : FakeEngine("") {}
  std::vector<GenerateResult> generate(std::span<const GenerateRequest> requests,
                                       const std::function<void(std::size_t)>&) override {
    std::vector<GenerateResult> results;
    for (const GenerateRequest& request : requests) {
      prompts.push_back(tokenizer().decode(request.prompt, false));
      const bool odd = prompts.back().find_last_of("13579") != std::string::npos;
      results.push_back({.text = cut ? "sp" : odd ? "spam" : "ham"});
      results.back().logprobs = {{0, std::log(0.5F), {}}, {0, std::log(0.5F), {}}};
    }
    return results;
  }
  std::vector<std::string> prompts;
  bool cut = false;
};

}  // namespace

TEST_CASE("answers are held to what the task allows", "[infer]") {
  const auto grammar = answer_grammar(label_task({"a \"b\"", "c\\d", "é"}, true));
  CHECK(grammar.text == "one ::= \"a \\\"b\\\"\" | \"c\\\\d\" | \"é\"\nroot ::= \"none\" | one (\", \" one)*\n");
  CHECK_NOTHROW(grammar::read_grammar(grammar));
  CHECK(answer_grammar(task_of(Kind::kRate)).text == "one ::= \"1\" | \"2\" | \"3\" | \"4\" | \"5\"\nroot ::= one\n");
  CHECK_NOTHROW(grammar::read_grammar(answer_grammar(task_of(Kind::kRank))));
  CHECK_THROWS_AS(answer_grammar(task_of(Kind::kCorrect)), UsageError);
}

TEST_CASE("a suggestion is the answer with its probability, asked with the task's own words", "[infer]") {
  const Workspace place(4);
  data::AnnotationTask task = label_task({"spam", "ham"});
  task.instructions = "Is it unwanted?";
  OddIsSpam engine;
  const auto suggestions = suggest_answers(engine, task, place.records(), {1, 2}, {"m", "", 16});
  REQUIRE(suggestions.size() == 2);
  CHECK(suggestions[0].first == 1);
  CHECK(suggestions[0].second.value == "spam");
  CHECK(suggestions[1].second.value == "ham");
  CHECK(suggestions[0].second.score == Approx(0.25));
  CHECK(engine.prompts[0] ==
        "Is it unwanted?\n\nLabels: spam, ham.\nAnswer with one label.\n\ntext: text 1\n\n\nAnswer: ");
  engine.cut = true;
  CHECK(suggest_answers(engine, task, place.records(), {1}, {"m", "", 16}).empty());
}

TEST_CASE("a record longer than the context is cut and still asked about", "[infer]") {
  const Workspace place(dump_json({{"id", "0"}, {"text", "7 " + std::string(5000, 'x')}}));
  OddIsSpam engine;
  const auto suggestions = suggest_answers(engine, label_task({"spam", "ham"}), place.records(), {0}, {"m", "", 16});
  REQUIRE(suggestions.size() == 1);
  CHECK(suggestions[0].second.value == "spam");
  CHECK(engine.prompts[0].size() <= 512 - 64);
}

TEST_CASE("suggestions come in the background, are kept, and not asked for again", "[infer]") {
  const Workspace place(40);
  OddIsSpam engine;
  data::AnnotationProject project(place.output(), label_task({"spam", "ham"}), place.records());
  {
    BackgroundSuggester suggester(engine, project, {"m", "", 8});
    suggester.wait_for_first();
    CHECK(project.next("ann")->suggestion->value == "ham");
    for (int i = 0; i < 200 && !project.has_suggestion("39"); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    CHECK(project.has_suggestion("39"));
    CHECK(suggester.failure().empty());
  }
  CHECK(engine.prompts.size() == 40);
  std::ofstream(place.output() / "suggestions.jsonl", std::ios::app) << "{\"id\": \"0\", \"val";  // killed there
  data::AnnotationProject again(place.output(), label_task({"spam", "ham"}), place.records());
  {
    BackgroundSuggester suggester(engine, again, {"m", "", 8});
  }
  CHECK(engine.prompts.size() == 40);
  CHECK(again.has_suggestion("17"));
  data::AnnotationProject other(place.output(), label_task({"spam", "ham"}), place.records());
  {
    BackgroundSuggester suggester(engine, other, {"another model", "", 8});
    suggester.wait_for_first();
  }
  CHECK(engine.prompts.size() > 40);
}

}  // namespace llmops::infer
