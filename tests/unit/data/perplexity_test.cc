// The perplexity filter: its recipe section, its model from a file or from text, its rule.
#include "data/rules/perplexity.h"

#include <limits>

#include "core/error.h"
#include "core/files.h"
#include "data/rules/ngram_train.h"
#include "support/catch.h"

namespace llmops::data {
namespace {

const fs::path kGolden = fs::path(LLMOPS_SOURCE_DIR) / "tests/golden/ngram";

std::string error_of_section(const std::string& yaml, PerplexitySpec& spec) {
  auto document = config::YamlDocument::from_text(yaml, "r.yaml");
  read_perplexity(document.root().object("perplexity"), spec);
  try {
    document.finish();
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

TEST_CASE("text like the model's is less perplexing than text unlike it", "[data]") {
  PerplexitySpec spec;
  spec.train_on = {"train.txt"};
  const NgramModel trained = open_perplexity_model(spec, kGolden);
  PerplexitySpec of_file;
  of_file.model = "train.arpa.gz";
  const NgramModel read = open_perplexity_model(of_file, kGolden);
  const std::string like = "the baker found the red boat by the old mill", unlike = "mill old red the by boat the";
  CHECK(trained.perplexity(like) == Approx(read.perplexity(like)).epsilon(1e-4));
  CHECK(trained.perplexity(like) < 10);
  CHECK(trained.perplexity(unlike) > 50);
  spec.train_on = {"none.txt"};
  CHECK_THROWS_AS(open_perplexity_model(spec, kGolden), NotFoundError);
}

TEST_CASE("what is kept lies between min and max", "[data]") {
  PerplexitySpec spec;
  CHECK(broken_perplexity_rule(1e9, spec).empty());
  spec.max = 1000;
  spec.min = 5;
  CHECK(broken_perplexity_rule(1000, spec).empty());
  CHECK(broken_perplexity_rule(1000.1, spec) == "perplexity");
  CHECK(broken_perplexity_rule(5, spec).empty());
  CHECK(broken_perplexity_rule(4.9, spec) == "perplexity");
  CHECK(broken_perplexity_rule(std::numeric_limits<double>::infinity(), spec) == "perplexity");
}

TEST_CASE("the recipe's perplexity section is read and checked", "[data]") {
  PerplexitySpec spec;
  CHECK(error_of_section("perplexity: {train_on: [a.txt, b.txt.gz], order: 4, max: 900, min: 2}", spec).empty());
  CHECK(dump_json(perplexity_json(spec)) ==
        R"({"model":"","train_on":["a.txt","b.txt.gz"],"order":4,"max":900.0,"min":2.0})");
  const auto error = [](const std::string& yaml) {
    PerplexitySpec fresh;
    return error_of_section(yaml, fresh);
  };
  CHECK(error("perplexity: {}").empty());
  CHECK(error("perplexity: {max: 10}") != "");
  CHECK(error("perplexity: {model: a.arpa, train_on: [b.txt], max: 10}") != "");
  CHECK(error("perplexity: {model: a.arpa, max: 10, min: 20}") != "");
  CHECK(error("perplexity: {model: a.arpa, max: -1}") != "");
  CHECK(error("perplexity: {train_on: [b.txt], order: 6, max: 10}") != "");
}

}  // namespace
}  // namespace llmops::data
