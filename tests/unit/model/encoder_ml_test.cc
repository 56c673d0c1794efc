// Encoders against transformers: batches of different lengths, every family.
#include "model/encoder.h"

#include <ATen/core/grad_mode.h>

#include "core/error.h"
#include "model/checkpoint.h"
#include "support/catch.h"

using Catch::Matchers::Contains;

namespace llmops::model {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string> kCases = {"bert",        "bert_masked_lm", "bert_relu", "roberta",
                                         "xlm_roberta", "distilbert",     "mpnet",     "electra"};

fs::path golden(const std::string& name) { return fs::path(LLMOPS_SOURCE_DIR) / "tests/golden/encoder" / name; }

at::Tensor read(const Checkpoint& file, const std::string& name) {
  const TensorView& view = file.get(name);
  at::Tensor tensor = at::empty(view.shape, view.dtype == DType::kI32 ? at::kInt : at::kFloat);
  std::memcpy(tensor.data_ptr(), view.bytes.data(), view.bytes.size());
  return tensor;
}

struct Expected {
  explicit Expected(const std::string& name) {
    const auto file = Checkpoint::open(golden(name) / "golden.safetensors");
    tokens = read(file, "tokens").to(at::kLong);
    hidden = read(file, "hidden");
    const at::Tensor sizes = read(file, "lengths").to(at::kLong);
    lengths.assign(sizes.data_ptr<std::int64_t>(), sizes.data_ptr<std::int64_t>() + sizes.numel());
  }
  at::Tensor tokens, hidden;
  std::vector<std::int64_t> lengths;
};

double difference(const at::Tensor& a, const at::Tensor& b) { return (a - b).abs().max().item<double>(); }

}  // namespace

TEST_CASE("an encoder's output equals that of transformers", "[model]") {
  for (const std::string& name : kCases) {
    INFO(name);
    const Expected expected(name);
    const Encoder encoder = Encoder::load(golden(name), at::kFloat);
    CHECK(difference(encoder.hidden(expected.tokens, expected.lengths), expected.hidden) < 1e-4);
  }
}

TEST_CASE("a sequence's output does not depend on its neighbours", "[model]") {
  for (const std::string& name : kCases) {
    INFO(name);
    const Expected expected(name);
    const Encoder encoder = Encoder::load(golden(name), at::kFloat);
    std::int64_t begin = 0;
    for (const std::int64_t length : expected.lengths) {
      const at::Tensor alone = encoder.hidden(expected.tokens.narrow(0, begin, length), {&length, 1});
      CHECK(difference(alone, expected.hidden.narrow(0, begin, length)) < 1e-4);
      begin += length;
    }
  }
}

TEST_CASE("bfloat16 weights give nearly the same direction", "[model]") {
  const Expected expected("bert");
  const at::Tensor hidden = Encoder::load(golden("bert"), at::kBFloat16).hidden(expected.tokens, expected.lengths);
  CHECK(hidden.scalar_type() == at::kBFloat16);
  const at::Tensor cosine = at::cosine_similarity(hidden.to(at::kFloat), expected.hidden, 1);
  CHECK(cosine.min().item<double>() > 0.99);
}

TEST_CASE("tokens and lengths that do not hold are refused", "[model]") {
  const Encoder encoder = Encoder::load(golden("roberta"), at::kFloat);
  const std::vector<std::int64_t> two = {2}, long_one = {159};
  CHECK_THROWS_WITH(encoder.hidden(at::full({2}, 61, at::kLong), two), Contains("token 61"));
  CHECK_THROWS_WITH(encoder.hidden(at::full({3}, 5, at::kLong), two), Contains("given are 3"));
  CHECK_THROWS_WITH(encoder.hidden(at::full({159}, 5, at::kLong), long_one), Contains("expected 1 to 158"));
}

}  // namespace llmops::model
