// Task files and documents: what is read, and how each mistake is reported.
#include "eval/task.h"

#include "core/error.h"
#include "core/files.h"
#include "eval/documents.h"
#include "eval/filter.h"
#include "support/catch.h"
#include "unit/eval/scratch.h"

using namespace llmops;
using namespace llmops::eval;

namespace {

/// The error of a task file, its path cut off, then " | " and the hint.
std::string problem(const std::string& yaml, const std::vector<std::string>& overrides = {}) {
  const Scratch scratch;
  const fs::path file = scratch.write("t.yaml", yaml);
  try {
    load_task(file, overrides);
  } catch (const ConfigError& error) {
    std::string message = error.what();
    const std::string prefix = scratch.path().string() + "/";
    for (auto at = message.find(prefix); at != std::string::npos; at = message.find(prefix)) {
      message.erase(at, prefix.size());
    }
    return message + (error.hint().empty() ? "" : " | " + error.hint());
  }
  return "";
}

const std::string kBase = "task: t\ndoc_to_target: a\n";

}  // namespace

TEST_CASE("a task in the harness' form is read", "[eval]") {
  const Scratch scratch;
  const Task task =
      load_task(scratch.write("gsm.yaml",
                              "task: gsm8k\n"
                              "tag: [math, en]\n"
                              "dataset_path: json\n"
                              "dataset_kwargs: {data_files: {test: t.jsonl, train: f.jsonl}}\n"
                              "output_type: generate_until\n"
                              "test_split: test\n"
                              "fewshot_split: train\n"
                              "doc_to_text: 'Q: {{question}}'\n"
                              "doc_to_target: '{{answer}}'\n"
                              "num_fewshot: 5\n"
                              "generation_kwargs: {until: ['Q:', '</s>'], do_sample: false, temperature: 0.7}\n"
                              "metric_list:\n"
                              "  - {metric: exact_match, aggregation: mean, higher_is_better: true,\n"
                              "     ignore_case: true, regexes_to_ignore: [',', '\\$']}\n"
                              "filter_list:\n"
                              "  - name: strict\n"
                              "    filter:\n"
                              "      - {function: regex, regex_pattern: '#### (-?[0-9.,]+)'}\n"
                              "      - function: take_first\n"
                              "metadata: {version: 3.0}\n"),
                {"num_fewshot=2"});
  CHECK(task.name == "gsm8k");
  CHECK(task.num_fewshot == 2);
  CHECK(task.generation.until == std::vector<std::string>{"Q:", "</s>"});
  CHECK(task.generation.temperature == 0);  // do_sample is false
  CHECK(task.metrics[0].ignore_case);
  CHECK(task.metrics[0].regexes_to_ignore.size() == 2);
  CHECK(task.filters[0].steps.size() == 2);
  CHECK(task.version == "3.0");
  CHECK(task.config["num_fewshot"] == 2);
  CHECK(document_location(task, "", "test") == (scratch.path() / "t.jsonl").string());
  CHECK(document_location(task, "", "train") == (scratch.path() / "f.jsonl").string());
  CHECK(document_location(task, "data:/x@1", "test") == "data:/x@1");
  CHECK_THROWS_AS(document_location(task, "", "dev"), ConfigError);
}

TEST_CASE("each output type has its default metrics", "[eval]") {
  const Scratch scratch;
  const auto names = [&](const std::string& yaml) {
    std::vector<std::string> found;
    for (const MetricSpec& metric : load_task(scratch.write("t.yaml", kBase + yaml)).metrics)
      found.push_back(metric.name);
    return found;
  };
  CHECK(names("") == std::vector<std::string>{"exact_match"});
  CHECK(names("output_type: multiple_choice\ndoc_to_choice: [a, b]\n") == std::vector<std::string>{"acc", "acc_norm"});
  CHECK(names("output_type: loglikelihood\n") == std::vector<std::string>{"acc", "perplexity"});
  CHECK(names("output_type: loglikelihood_rolling\n") ==
        std::vector<std::string>{"word_perplexity", "byte_perplexity", "bits_per_byte", "token_perplexity"});
}

TEST_CASE("mistakes in a task are reported with their lines", "[eval]") {
  CHECK(problem("task: t\n") == "t.yaml:1: 'doc_to_target' is missing");
  CHECK(problem("doc_to_target: a\n") == "t.yaml: 'task' is missing");
  CHECK(problem(kBase + "doc_to_txt: q\n") ==
        "t.yaml:3: unknown key 'doc_to_txt' | did you mean 'doc_to_text' or 'doc_to_target'?");
  CHECK(problem(kBase + "output_type: generate\n") ==
        "t.yaml:3: 'output_type' is 'generate', expected one of generate_until, multiple_choice, loglikelihood, "
        "loglikelihood_rolling | did you mean 'generate_until'?");
  CHECK(problem(kBase + "metric_list: [{metric: exact_mach}]\n") ==
        "t.yaml:3: 'metric_list.0.metric' 'exact_mach' is not measured by generate_until; known are exact_match, "
        "json_valid, json_exact, json_fields, f1, bleu, chrf, rouge1, rouge2, rougeL, rougeLsum | did you mean "
        "'exact_match'?");
  CHECK(problem(kBase + "metric_list: [{metric: bleu, higher_is_better: false}]\n") ==
        "t.yaml:3: 'metric_list.0.higher_is_better' must be true for bleu");
  CHECK(problem(kBase + "metric_list: [{metric: bleu, aggregation: mean}]\n") ==
        "t.yaml:3: 'metric_list.0.aggregation' is 'mean', but bleu is always 'bleu'");
  CHECK(problem(kBase + "metric_list: [{metric: f1}, {metric: f1}]\n") ==
        "t.yaml:3: 'metric_list.1.metric' 'f1' is listed twice");
  CHECK(problem(kBase + "metric_list: []\n") == "t.yaml:3: 'metric_list' is empty");
  CHECK(problem(kBase + "output_type: multiple_choice\n") == "t.yaml:1: 'doc_to_choice' is missing");
  CHECK(problem("task: a/b\ndoc_to_target: x\n") == "t.yaml:1: 'task' may hold letters, digits, '_', '-' and '.' only");
  CHECK(problem("task: t\ndoc_to_messages: messages\ndoc_to_target: x\nnum_fewshot: 1\n") ==
        "t.yaml:3: 'doc_to_target' and 'doc_to_messages' exclude each other\n"
        "t.yaml:4: 'num_fewshot' does not work with 'doc_to_messages' | the target is the last message's content");
  CHECK(problem(kBase + "generation_kwargs: {do_sample: true, max_gen_toks: 0, top_p: 2}\n") ==
        "t.yaml:3: 'generation_kwargs.max_gen_toks' must be at least 1\n"
        "t.yaml:3: 'generation_kwargs.do_sample' is true with a temperature of 0\n"
        "t.yaml:3: 'generation_kwargs.top_p' must be above 0 and at most 1");
  CHECK(problem(kBase + "filter_list: [{name: a, filter: [{function: regexp}]}]\n").ends_with("did you mean 'regex'?"));
  CHECK(problem(kBase, {"limit=-1"}) == "--set limit=-1: 'limit' must be at least 0");
}

TEST_CASE("a filter's pattern is checked", "[eval]") {
  Task task;
  task.filters.emplace_back().steps.push_back({FilterStep::Function::kRegex, "(", 0, ""});
  CHECK_THROWS_WITH(check_filters(task), "filter pattern '(', character 2: missing closing parenthesis");
  const FilterPipeline bomb{"b", {{FilterStep::Function::kRegex, "(a+)+$", 0, "x"}}};
  CHECK_THROWS_AS(apply_filter(bomb, std::string(40, 'a') + "!"), InputError);
}

TEST_CASE("documents come from lines, lists and dataset folders", "[eval]") {
  const Scratch scratch;
  CHECK(load_documents(scratch.write("a.jsonl", "\xEF\xBB\xBF{\"a\": 1}\n\n{\"a\": 2}"), "").items.size() == 2);
  CHECK(load_documents(scratch.write("a.json", "[{\"a\": 1}]"), "").items.size() == 1);
  const fs::path splits = scratch.write("s.json", R"({"train": [{"a": 1}], "test": [{"a": 2}, {"a": 3}]})");
  CHECK(load_documents(splits, "test").items.size() == 2);
  CHECK_THROWS_AS(load_documents(splits, "tset"), NotFoundError);
  CHECK_THROWS_WITH(load_documents(scratch.write("b.jsonl", "{\"a\": 1}\n{\"a\": \n"), ""),
                    (scratch.path() / "b.jsonl").string() + ":2: not valid JSON");
  CHECK_THROWS_WITH(load_documents(scratch.write("c.jsonl", "{\"a\": 1}\n[1]\n"), ""),
                    (scratch.path() / "c.jsonl").string() + ":2: expected an object, found array");
  CHECK_THROWS_AS(load_documents(scratch.path() / "none.jsonl", ""), NotFoundError);
  try {
    load_documents(scratch.write("empty.jsonl", "\n"), "");
    FAIL("an empty file was accepted");
  } catch (const Error& error) {
    CHECK(error.exit_code() == ExitCode::kNothingMeasured);
  }
}

TEST_CASE("a dataset folder is read through its manifest", "[eval]") {
  const Scratch scratch;
  const fs::path folder = scratch.path() / "d";
  scratch.write("d/test.jsonl", "{\"id\": \"1\", \"text\": \"x\"}\n");
  const auto manifest = [&](const std::string& json) { scratch.write("d/manifest.json", json); };
  CHECK_THROWS_AS(load_documents(folder, "test"), InputError);
  manifest(
      R"({"format": "llmops-dataset", "format_version": 1, "splits": {"test": {"records": 1, "jsonl": "test.jsonl"}}})");
  CHECK(load_documents(folder, "").items.size() == 1);
  CHECK_THROWS_AS(load_documents(folder, "validation"), NotFoundError);
  manifest(R"({"format": "llmops-dataset", "splits": {"test": {"jsonl": "../../etc/passwd"}}})");
  CHECK_THROWS_AS(load_documents(folder, "test"), InputError);
  manifest(R"({"format": "other", "splits": {}})");
  CHECK_THROWS_AS(load_documents(folder, "test"), InputError);
}
