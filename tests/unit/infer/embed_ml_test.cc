// Embeddings against sentence-transformers: pooling, dense layers, prompts, truncation, batches.
#include "infer/embedder.h"

#include <cmath>

#include "core/error.h"
#include "core/json.h"
#include "support/catch.h"

using namespace llmops;
using namespace llmops::infer;
using Catch::Matchers::Contains;

namespace {

const std::string kGolden = LLMOPS_SOURCE_DIR "/tests/golden/embed/";

using Vector = std::vector<float>;

EmbedderOptions options(const std::string& folder) {
  EmbedderOptions options;
  options.model = kGolden + folder;
  options.threads = 2;
  return options;
}

double difference(const Vector& a, const Vector& b) {
  REQUIRE(a.size() == b.size());
  double most = 0;
  for (std::size_t i = 0; i < a.size(); ++i) most = std::max(most, static_cast<double>(std::abs(a[i] - b[i])));
  return most;
}

double length(const Vector& vector) {
  double squares = 0;
  for (const float value : vector) squares += static_cast<double>(value) * value;
  return std::sqrt(squares);
}

}  // namespace

TEST_CASE("embeddings equal those of sentence-transformers", "[infer]") {
  for (const Json& expected : read_json_file(kGolden + "cases.json")) {
    EmbedderOptions given = options(expected["folder"].get<std::string>());
    given.batch_size = 2;
    if (expected.contains("prompt")) given.prompt = expected["prompt"].get<std::string>();
    given.prompt_name = expected.value("prompt_name", "");
    const auto texts = expected["texts"].get<std::vector<std::string>>();
    const auto embedder = open_embedder(given);
    const auto vectors = embedder->embed(texts);
    REQUIRE(vectors.size() == texts.size());
    for (std::size_t i = 0; i < texts.size(); ++i) {
      INFO(given.model << " '" << texts[i] << "' prompt " << expected.value("prompt", given.prompt_name));
      CHECK(difference(vectors[i], expected["embeddings"][i].get<Vector>()) < 1e-4);
      CHECK(difference(embedder->embed({&texts[i], 1})[0], vectors[i]) < 1e-5);
    }
  }
}

TEST_CASE("flags go over what the folder says", "[infer]") {
  const std::vector<std::string> texts = {"the parcel", "is"};
  EmbedderOptions given = options("mean");
  const auto normal = open_embedder(given)->embed(texts);
  CHECK(length(normal[0]) == Approx(1));
  given.normalise = false;
  const auto plain = open_embedder(given)->embed(texts);
  CHECK(length(plain[0]) != Approx(1).epsilon(0.01));
  given.normalise.reset();
  given.dimensions = 4;
  const auto embedder = open_embedder(given);
  CHECK(embedder->info().dimensions == 4);
  const auto first = embedder->embed(texts);
  REQUIRE(first[0].size() == 4);
  CHECK(length(first[0]) == Approx(1));
  CHECK(first[0][1] / first[0][0] == Approx(plain[0][1] / plain[0][0]));
  given = options("mean");
  given.pooling = "cls";
  CHECK(difference(open_embedder(given)->embed(texts)[0], normal[0]) > 0.01);
  CHECK(open_embedder(options("mean"))->info().max_tokens == 12);
}

TEST_CASE("options that do not hold are refused", "[infer]") {
  const auto message = [](const EmbedderOptions& given) -> std::string {
    try {
      open_embedder(given);
    } catch (const Error& error) {
      return std::string(error.what()) + " | " + error.hint();
    }
    return "no error";
  };
  EmbedderOptions given = options("mixed");
  given.prompt_name = "qery";
  CHECK_THAT(message(given), Contains("no prompt 'qery'") && Contains("did you mean 'query'"));
  given = options("mean");
  given.dimensions = 17;
  CHECK_THAT(message(given), Contains("the model makes 16"));
  given.dimensions = 0;
  given.max_tokens = 2;
  CHECK_THAT(message(given), Contains("no room"));
  given.model = LLMOPS_SOURCE_DIR "/tests/golden/tiny-chat";
  CHECK_THAT(message(given), Contains("generates text") && Contains("--pooling"));
  given.model = "/nonexistent";
  CHECK_THAT(message(given), Contains("config.json"));
}

TEST_CASE("a decoder makes embeddings where pooling is chosen", "[infer]") {
  EmbedderOptions given;
  given.model = LLMOPS_SOURCE_DIR "/tests/golden/tiny-chat";
  given.pooling = "lasttoken";
  given.normalise = true;
  const std::vector<std::string> texts = {"hello there", "hello", ""};
  const auto embedder = open_embedder(given);
  const auto vectors = embedder->embed(std::span(texts).first(2));
  CHECK(length(vectors[0]) == Approx(1));
  CHECK(difference(embedder->embed({&texts[1], 1})[0], vectors[1]) < 1e-5);
}
