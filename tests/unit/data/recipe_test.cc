// The prepare recipe: defaults, and mistakes with their lines.
#include "data/recipe.h"

#include <fstream>

#include "core/error.h"
#include "data/read/inputs.h"
#include "support/catch.h"
#include "support/temporary_directory.h"

namespace llmops::data {
namespace {

PrepareRecipe read(const std::string& yaml, const std::vector<std::string>& overrides = {}) {
  const test::TemporaryDirectory scratch;
  const auto path = scratch.path() / "prepare.yaml";
  std::ofstream(path) << yaml;
  return read_prepare_recipe(path, overrides);
}

std::string problems(const std::string& yaml) {
  try {
    read(yaml);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

TEST_CASE("a recipe needs nothing but inputs", "[data]") {
  const PrepareRecipe recipe = read("inputs: [{path: raw}]\n");
  CHECK(recipe.inputs.size() == 1);
  CHECK(recipe.clean.nfc);
  CHECK(recipe.dedup.minhash.bands == 14);
  CHECK(recipe.pii.types == default_pii());
  CHECK(recipe.select.split.validation == Approx(0.05));
  CHECK(recipe.pack.tokenizer.empty());
}

TEST_CASE("overrides change one value", "[data]") {
  const PrepareRecipe recipe =
      read("inputs: [{path: raw}]\nsplit: {test: 0.1}\n", {"split.test=0.3", "dedup.minhash.rows=2"});
  CHECK(recipe.select.split.test == Approx(0.3));
  CHECK(recipe.dedup.minhash.rows == 2);
}

TEST_CASE("near duplicates can be left alone, and types chosen", "[data]") {
  const PrepareRecipe recipe =
      read("inputs: [{path: raw}]\ndedup: {minhash: false}\npii: {types: [email], action: drop}\nmax_bad: 2%\n");
  CHECK_FALSE(recipe.dedup.minhash.enabled);
  CHECK(recipe.pii.types == pii_bit(PiiType::kEmail));
  CHECK(recipe.pii.action == PiiSpec::Action::kDrop);
  CHECK(recipe.max_bad == Approx(0.02));
}

TEST_CASE("every mistake is reported with its line", "[data]") {
  const std::string text = problems(
      "inputs:\n  - {path: raw, text_feild: a}\nclean: {html: maybe}\nsplit: {validation: 0.9, test: 0.2}\n"
      "pii: {types: [email, nmae]}\ndedup: {minhash: {ngram: 0}}\nmax_bad: many\n");
  for (const char* part : {":2: unknown key 'inputs.0.text_feild'", ":3: 'clean.html' is not one of 'strip', 'keep'",
                           ":4: 'split.validation' and 'test' are shares that leave nothing to train on",
                           ":5: 'pii.types' has unknown type 'nmae'",
                           ":6: 'dedup.minhash.ngram' is not between 1 and 32", ":7: 'max_bad' is not a share"}) {
    CAPTURE(text, part);
    CHECK(text.find(part) != std::string::npos);
  }
  CHECK(problems("name: x\n").find("'inputs' is missing or empty") != std::string::npos);
  CHECK(problems("inputs: [{format: jsonl}]\n").find("'inputs.0.path' is missing") != std::string::npos);
  CHECK(problems("inputs: [{path: a, format: xml}]\n").find("'inputs.0.format' is not a known format") !=
        std::string::npos);
  CHECK(problems("inputs: [{path: a, text_field: b, messages_field: c}]\n").find("more than one of") !=
        std::string::npos);
  CHECK(problems("inputs: [{path: a, messages: [{role: user, content: '{{b'}]}]\n").find("'{{' without '}}'") !=
        std::string::npos);
}

TEST_CASE("a field that no input keeps is a mistake", "[data]") {
  const std::string text = problems(
      "inputs: [{path: raw, keep: [kind]}]\nclean: {custom: [{name: low, field: score, operator: <, value: 1}]}\n"
      "split: {stratify: label}\nbalance: {field: kind}\norder: {by: length}\n");
  CHECK(text.find("asks for the field 'score', which no input keeps") != std::string::npos);
  CHECK(text.find(":3: 'split' asks for the field 'label'") != std::string::npos);
  CHECK(text.find("kind") == std::string::npos);
  CHECK(
      problems("inputs: [{path: raw, keep: [meta]}]\n"
               "clean: {language: {keep: [en]}, custom: [{name: a, field: meta.score, operator: <, value: 1},"
               " {name: b, field: words, operator: <, value: 1}, {name: c, field: row.language, operator: exists}]}\n")
          .empty());
  CHECK(problems("inputs: [{path: raw, keep: [a.b]}]\nsplit: {stratify: a.b}\n"
                 "clean: {custom: [{name: d, field: a.b, operator: exists}]}\n") == "");
  CHECK(problems("inputs: [{path: raw, keep: [meta]}]\nsplit: {stratify: meta.kind}\n").find("'meta.kind'") !=
        std::string::npos);
  CHECK(problems("inputs: [{path: raw}]\nclean: {filter_cmd: [python3, add.py]}\nsplit: {stratify: kind}\n") == "");
}

TEST_CASE("duplicates by meaning need a model, and a cosine", "[data]") {
  CHECK(read("inputs: [{path: raw}]\n").dedup.semantic.model.empty());
  const PrepareRecipe recipe = read("inputs: [{path: raw}]\ndedup: {semantic: {model: minilm, cosine: 0.9}}\n");
  CHECK(recipe.dedup.semantic.model == "minilm");
  CHECK(recipe.dedup.semantic.cosine == Approx(0.9));
  CHECK(problems("inputs: [{path: raw}]\ndedup: {semantic: {model: m, cosine: 2}}\n").find("cosine") !=
        std::string::npos);
}

TEST_CASE("shares are percentages or fractions", "[data]") {
  CHECK(parse_share("1%") == Approx(0.01));
  CHECK(parse_share("0.5") == Approx(0.5));
  for (const char* wrong : {"", "x", "1x", "2", "-1%", "101%", "nan"}) CHECK_THROWS_AS(parse_share(wrong), UsageError);
}

TEST_CASE("globs match names and folders", "[data]") {
  CHECK(glob_matches("raw/*.jsonl", "raw/a.jsonl"));
  CHECK_FALSE(glob_matches("raw/*.jsonl", "raw/deep/a.jsonl"));
  CHECK(glob_matches("raw/**/*.jsonl", "raw/a.jsonl"));
  CHECK(glob_matches("raw/**/*.jsonl", "raw/deep/er/a.jsonl"));
  CHECK(glob_matches("a?c/*", "abc/x"));
  CHECK_FALSE(glob_matches("a?c", "a/c"));
  CHECK(glob_matches("**", "any/thing"));
  CHECK_FALSE(glob_matches("raw/*.csv", "raw/a.jsonl"));
}

TEST_CASE("inputs are found once, in order, and others are skipped by name", "[data]") {
  const test::TemporaryDirectory scratch;
  std::filesystem::create_directories(scratch.path() / "raw" / "deep");
  for (const char* name : {"b.jsonl", "a.csv", "deep/c.txt", "photo.png", ".hidden.jsonl"}) {
    std::ofstream(scratch.path() / "raw" / name) << "x\n";
  }
  PrepareRecipe recipe;
  recipe.folder = scratch.path();
  recipe.inputs.resize(2);
  recipe.inputs[0].path = "raw/*.jsonl";
  recipe.inputs[1].path = "raw";
  const InputFiles found = find_inputs(recipe);
  std::vector<std::string> names;
  for (const InputFile& file : found.files) names.push_back(file.name);
  CHECK(names == std::vector<std::string>{"raw/b.jsonl", "raw/a.csv", "raw/deep/c.txt"});
  CHECK(found.skipped == std::vector<std::string>{"raw/photo.png"});
  CHECK(found.roots.size() == 1);
  recipe.inputs[0].path = "raw/*.xml";
  CHECK_THROWS_WITH(find_inputs(recipe), "no file matches 'raw/*.xml'");
  recipe.inputs[0].path = "rwa";
  CHECK_THROWS_WITH(find_inputs(recipe), "input 'rwa' is not there");
}

}  // namespace
}  // namespace llmops::data
