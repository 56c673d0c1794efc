// Tasks on an engine whose scores are known, so that every value can be worked out by hand.
#include "eval/run_task.h"

#include <cmath>
#include <limits>

#include "core/error.h"
#include "eval/likelihood.h"
#include "support/catch.h"
#include "unit/eval/fake_engine.h"
#include "unit/eval/scratch.h"

using namespace llmops;
using namespace llmops::eval;
using fake::FakeEngine;

namespace {

Documents documents_of(const std::string& json_lines) {
  Documents documents;
  std::istringstream lines(json_lines);
  for (std::string line; std::getline(lines, line);) documents.items.push_back(Json::parse(line));
  return documents;
}

TaskResult run(const std::string& yaml, const std::string& json_lines, FakeEngine& engine,
               const RunTaskOptions& options = {}) {
  const Scratch scratch;
  const Task task = load_task(scratch.write("task.yaml", "task: t\n" + yaml));
  Progress silent;
  return run_task(task, documents_of(json_lines), nullptr, engine, options, silent);
}

double value(const TaskResult& result, const std::string& name) {
  const MetricResult* metric = result.find(name);
  REQUIRE(metric != nullptr);
  REQUIRE(metric->value.has_value());
  return *metric->value;
}

const std::string kChoice =
    "output_type: multiple_choice\ndoc_to_text: q\ndoc_to_target: gold\ndoc_to_choice: choices\n";

}  // namespace

TEST_CASE("acc takes the likeliest choice, acc_norm divides by characters, ties take the first", "[eval]") {
  FakeEngine engine;
  // Each byte costs 1, but "e" in the continuation costs 0.1: long words of e's beat short ones.
  engine.logprob = [](std::span<const text::TokenId> tokens, std::size_t at) {
    return tokens[at] == 'e' ? -0.1f : -1.0f;
  };
  const TaskResult result = run(kChoice,
                                R"({"q": "Q1", "choices": ["ab", "eeee"], "gold": 1})"
                                "\n"
                                R"({"q": "Q2", "choices": ["ab", "cd"], "gold": 1})"
                                "\n"
                                R"({"q": "Q3", "choices": ["x", "yyye"], "gold": 1})"
                                "\n"
                                R"({"q": "Q4", "choices": ["ab", "cd"], "gold": "ab"})",
                                engine);
  // Q1: -3 against -1.4: second. Q2: equal: the first. Q3: -2 against -4.1, normed -2 against -1.025. Q4: tie, first.
  CHECK(value(result, "acc") == 0.5);
  CHECK(value(result, "acc_norm") == 0.75);
  CHECK(result.find("acc")->standard_error == Approx(std::sqrt(1.0 / 3) / 2));
  CHECK(result.measured == 4);
  CHECK(engine.tokenizer().decode(engine.scored[0], false) == "Q1 ab");
  CHECK(&*result.find("accuracy") == &*result.find("acc"));
}

TEST_CASE("characters are code points, not bytes", "[eval]") {
  FakeEngine engine;
  // "éé" has 4 bytes and 2 characters: 4 + 1 against 3 + 1, normed by characters 2.5 against 1.33.
  const TaskResult result = run(kChoice, R"({"q": "Q", "choices": ["éé", "abc"], "gold": 1})", engine);
  CHECK(value(result, "acc_norm") == 1);
  CHECK(value(result, "acc") == 1);
}

TEST_CASE("trailing spaces of the prompt move to the continuation, an empty prompt is the prefix token", "[eval]") {
  const fake::ByteTokenizer tokenizer;
  const ScoreRequest moved = encode_pair(tokenizer, "ab  ", "cd", false, 100);
  CHECK(moved.tokens == std::vector<text::TokenId>{'a', 'b', ' ', ' ', 'c', 'd'});
  CHECK(moved.scored_from == 2);
  const ScoreRequest empty = encode_pair(tokenizer, "", "cd", false, 100);
  CHECK(empty.tokens == std::vector<text::TokenId>{fake::kBos, 'c', 'd'});
  CHECK(empty.scored_from == 1);
  const ScoreRequest blank = encode_pair(tokenizer, "\n", "c", false, 100);
  CHECK(blank.tokens == std::vector<text::TokenId>{fake::kBos, '\n', 'c'});
  CHECK(blank.scored_from == 1);
  const ScoreRequest with_bos = encode_pair(tokenizer, "ab", " c", true, 100);
  CHECK(with_bos.tokens == std::vector<text::TokenId>{fake::kBos, 'a', 'b', ' ', 'c'});
  CHECK(with_bos.scored_from == 3);
  const ScoreRequest cut = encode_pair(tokenizer, "abcdef", "gh", false, 4);
  CHECK(cut.tokens == std::vector<text::TokenId>{'e', 'f', 'g', 'h'});
  CHECK(cut.scored_from == 2);
  CHECK(cut.truncated);
  CHECK(encode_pair(tokenizer, "ab", "", false, 100).tokens.empty());
  CHECK(encode_pair(tokenizer, "ab", "cdef", false, 4).tokens.empty());
}

TEST_CASE("rolling windows score every token once, with one token of context where full", "[eval]") {
  std::vector<text::TokenId> tokens;
  for (int i = 0; i < 10; ++i) tokens.push_back(i);
  const auto windows = rolling_windows(tokens, 99, 5);
  REQUIRE(windows.size() == 3);
  CHECK(windows[0].tokens == std::vector<text::TokenId>{99, 0, 1, 2, 3});
  CHECK(windows[1].tokens == std::vector<text::TokenId>{3, 4, 5, 6, 7});
  CHECK(windows[1].scored_from == 1);
  CHECK(windows[2].tokens == std::vector<text::TokenId>{5, 6, 7, 8, 9});  // the rest of the window is context
  CHECK(windows[2].scored_from == 3);
  CHECK(rolling_windows(std::vector<text::TokenId>{7}, 99, 5)[0].tokens == std::vector<text::TokenId>{99, 7});
  CHECK(rolling_windows({}, 99, 5).empty());
  for (std::size_t length = 1; length < 40; ++length) {
    for (std::size_t longest = 2; longest < 12; ++longest) {
      std::size_t scored = 0;
      for (const ScoreRequest& window : rolling_windows(std::vector<text::TokenId>(length, 1), 99, longest)) {
        CHECK(window.tokens.size() <= longest);
        CHECK(window.scored_from >= 1);
        scored += window.tokens.size() - window.scored_from;
      }
      CHECK(scored == length);
    }
  }
}

TEST_CASE("perplexities come from sums over the corpus", "[eval]") {
  FakeEngine engine(6);  // several windows
  engine.logprob = [](std::span<const text::TokenId> tokens, std::size_t at) {
    return tokens[at] == 'a' ? -0.5f : -1.5f;
  };
  const TaskResult result = run("output_type: loglikelihood_rolling\ndoc_to_target: text\n",
                                "{\"text\": \"aab aba é\"}\n{\"text\": \" bb\"}", engine);
  // Bytes: 10 and 3. a: 4 times 0.5; the others (6 and 3) 1.5 each. Words as re.split counts them: 3 and 2.
  const double logprob = -(4 * 0.5 + 9 * 1.5);
  CHECK(value(result, "byte_perplexity") == Approx(std::exp(-logprob / 13)));
  CHECK(value(result, "bits_per_byte") == Approx(-logprob / 13 / std::log(2.0)));
  CHECK(value(result, "word_perplexity") == Approx(std::exp(-logprob / 5)));
  CHECK(value(result, "token_perplexity") == Approx(std::exp(-logprob / 13)));
  CHECK(result.find("bits_per_byte")->standard_error.has_value());
}

TEST_CASE("loglikelihood: perplexity of targets, and whether they are greedy", "[eval]") {
  FakeEngine engine;
  engine.greedy = [](text::TokenId token) { return token != 'x'; };
  const TaskResult result = run("output_type: loglikelihood\ndoc_to_text: q\ndoc_to_target: t\n",
                                "{\"q\": \"x\", \"t\": \"abc\"}\n{\"q\": \"y\", \"t\": \"x\"}", engine);
  CHECK(value(result, "perplexity") == Approx(std::exp((4 + 2) / 2.0)));
  CHECK(value(result, "acc") == 0.5);
}

TEST_CASE("documents that are not numbers are counted apart", "[eval]") {
  FakeEngine engine;
  engine.logprob = [](std::span<const text::TokenId> tokens, std::size_t at) {
    return tokens[at] == '!' ? std::numeric_limits<float>::quiet_NaN() : -1.0f;
  };
  const TaskResult result = run(kChoice,
                                R"({"q": "Q", "choices": ["a", "b!"], "gold": 0})"
                                "\n"
                                R"({"q": "Q", "choices": ["a", ""], "gold": 0})"
                                "\n"
                                R"({"q": "Q", "choices": ["b", "aa"], "gold": 1})",
                                engine);
  CHECK(result.errors == 1);
  CHECK(result.measured == 2);
  CHECK(value(result, "acc") == 0);  // the empty choice is the delimiter alone, and likelier
  CHECK(result.outcomes[0].error == "the model gave a log-probability that is not a number");
}

TEST_CASE("all documents errored: no value", "[eval]") {
  FakeEngine engine;
  engine.logprob = [](std::span<const text::TokenId>, std::size_t) { return -std::numeric_limits<float>::infinity(); };
  const TaskResult result = run(kChoice, R"({"q": "Q", "choices": ["a", "b"], "gold": 0})", engine);
  CHECK(result.measured == 0);
  CHECK_FALSE(result.find("acc")->value.has_value());
}

TEST_CASE("generated answers pass filters before they are measured", "[eval]") {
  FakeEngine engine;
  engine.answer = [](const std::string& prompt) { return prompt == "1+1=" ? " I say 3, no #2." : " none"; };
  const std::string yaml =
      "doc_to_text: q\ndoc_to_target: t\nmetric_list: [{metric: exact_match}, {metric: bleu}]\n"
      "filter_list:\n"
      "  - {name: strict, filter: [{function: regex, regex_pattern: '#([0-9]+)'}]}\n"
      "  - {name: last, filter: [{function: regex, regex_pattern: '[0-9]', group_select: -1, fallback: '?'}]}\n"
      "  - {name: words, filter: [{function: strip}, {function: uppercase}]}\n";
  const TaskResult result = run(yaml, "{\"q\": \"1+1=\", \"t\": \"2\"}\n{\"q\": \"x\", \"t\": \"NONE\"}", engine);
  CHECK(result.outcomes[0].filtered[0].output == "2");
  CHECK(result.outcomes[1].filtered[0].output == "[invalid]");
  CHECK(result.outcomes[0].filtered[1].output == "2");
  CHECK(result.outcomes[1].filtered[1].output == "?");
  CHECK(result.outcomes[1].filtered[2].output == "NONE");
  CHECK(value(result, "exact_match,strict") == 0.5);
  CHECK(value(result, "exact_match,words") == 0.5);
  CHECK(result.find("bleu")->signature == "nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp");
  CHECK(engine.asked[0].sampling.stop == std::vector<std::string>{"\n\n"});
  CHECK(engine.asked[0].sampling.temperature == 0);
}

TEST_CASE("several references: the best counts", "[eval]") {
  FakeEngine engine;
  const TaskResult result =
      run("doc_to_text: q\ndoc_to_target: t\nmetric_list: [{metric: exact_match}, {metric: rouge1}]\n",
          R"({"q": "?", "t": ["no", "yes"]})", engine);
  CHECK(value(result, "exact_match") == 1);
  CHECK(value(result, "rouge1") == 1);
}

TEST_CASE("a text prompt that is too long loses its beginning", "[eval]") {
  FakeEngine engine(20);
  const TaskResult result = run("doc_to_text: q\ndoc_to_target: t\ngeneration_kwargs: {max_gen_toks: 12, until: []}\n",
                                R"({"q": "0123456789", "t": "yes"})", engine);
  CHECK(engine.tokenizer().decode(engine.asked[0].prompt, false) == "23456789");
  CHECK(engine.asked[0].sampling.stop.empty());
  CHECK(result.truncated == 1);
  CHECK(value(result, "exact_match") == 1);
  CHECK_THROWS_AS(run("doc_to_text: q\ndoc_to_target: t\n", R"({"q": "0", "t": "yes"})", engine), ConfigError);
}

TEST_CASE("few-shot examples come first, never the document itself, the same for the same seed", "[eval]") {
  FakeEngine engine;
  std::string lines;
  for (int i = 0; i < 6; ++i) {
    lines += "{\"q\": \"Q" + std::to_string(i) + "\", \"t\": \"A" + std::to_string(i) + "\"}\n";
  }
  const std::string yaml = "doc_to_text: q\ndoc_to_target: t\ndescription: 'D. '\nnum_fewshot: 2\n";
  const TaskResult first = run(yaml, lines, engine), second = run(yaml, lines, engine);
  for (std::size_t i = 0; i < 6; ++i) {
    const std::string& prompt = first.outcomes[i].one.prompt;
    CHECK(prompt == second.outcomes[i].one.prompt);
    CHECK(prompt.starts_with("D. Q"));
    CHECK(prompt.ends_with("\n\nQ" + std::to_string(i)));
    CHECK(prompt.find("A" + std::to_string(i)) == std::string::npos);
    CHECK(std::count(prompt.begin(), prompt.end(), 'A') == 2);
  }
  const TaskResult ordered = run(yaml + "fewshot_config: {sampler: first_n}\n", lines, engine);
  CHECK(ordered.outcomes[5].one.prompt == "D. Q0 A0\n\nQ1 A1\n\nQ5");
  CHECK(ordered.outcomes[0].one.prompt == "D. Q1 A1\n\nQ2 A2\n\nQ0");
  CHECK_THROWS_WITH(run("doc_to_text: q\ndoc_to_target: t\nnum_fewshot: 9\n", lines, engine),
                    "task 't' wants 9 examples, but only 5 documents can give them");
}

TEST_CASE("a document that does not fit its task is named", "[eval]") {
  FakeEngine engine;
  const std::string good = R"({"q": "Q", "choices": ["a", "b"], "gold": 0})"
                           "\n";
  CHECK_THROWS_WITH(run(kChoice, good + R"({"q": "Q", "choices": ["a"], "gold": 1})", engine),
                    "document 1: target 1 is not the index of one of 1 choices");
  CHECK_THROWS_WITH(run(kChoice, good + R"({"q": "Q", "choices": ["a"], "gold": "c"})", engine),
                    "document 1: target 'c' is none of the choices");
  CHECK_THROWS_WITH(run(kChoice, good + R"({"q": "Q", "choices": "a", "gold": 0})", engine),
                    "document 1: 'doc_to_choice' gives string, expected a list");
  CHECK_THROWS_WITH(run("doc_to_text: q\ndoc_to_target: t\nmetric_list: [{metric: json_exact}]\n",
                        R"({"q": "Q", "t": "not json"})", engine),
                    "document 0: the target is not JSON, but the task measures JSON answers");
  CHECK_THROWS_WITH(run("doc_to_messages: messages\n", R"({"messages": [{"role": "user", "content": "x"}]})", engine),
                    "document 0: 'messages' must be a list of at least two messages");
}
