// The decoder against transformers, and against itself along its three ways through a sequence.
#include "model/decoder.h"

#include <ATen/core/grad_mode.h>
#include <fmt/format.h>

#include <cstdlib>
#include <fstream>

#include "core/error.h"
#include "model/safetensors.h"
#include "support/catch.h"

namespace llmops::model {
namespace {

namespace fs = std::filesystem;

fs::path golden(const std::string& name) { return fs::path(LLMOPS_SOURCE_DIR) / "tests/golden/decoder" / name; }

at::Tensor read(const Safetensors& file, const std::string& name) {
  const TensorView& view = file.get(name);
  const auto dtype = view.dtype == DType::kI32 ? at::kInt : at::kFloat;
  at::Tensor tensor = at::empty(view.shape, dtype);
  std::memcpy(tensor.data_ptr(), view.bytes.data(), view.bytes.size());
  return tensor;
}

double difference(const at::Tensor& a, const at::Tensor& b) { return (a - b).abs().max().item<double>(); }

at::Tensor whole(const Decoder& decoder, const at::Tensor& tokens) {
  const Segment all{0, tokens.size(0), nullptr};
  return decoder.logits(decoder.hidden(tokens, {&all, 1}));
}

/// Feeds `tokens` in pieces of the given lengths through one cache.
at::Tensor in_pieces(const Decoder& decoder, const at::Tensor& tokens, const std::vector<std::int64_t>& lengths) {
  KvCache cache;
  std::vector<at::Tensor> parts;
  std::int64_t at = 0;
  for (const std::int64_t length : lengths) {
    const Segment piece{0, length, &cache};
    parts.push_back(decoder.logits(decoder.hidden(tokens.narrow(0, at, length), {&piece, 1})));
    at += length;
  }
  CHECK(cache.length == at);
  return at::cat(parts);
}

const std::vector<std::string> kCases = {"llama",          "llama_tied", "llama_linear",         "llama_dynamic",
                                         "llama_llama3",   "llama_yarn", "llama_longrope_short", "llama_longrope_long",
                                         "mistral_window", "qwen2",      "qwen2_window",         "qwen3"};

}  // namespace

TEST_CASE("logits equal those of transformers", "[model]") {
  const at::NoGradGuard no_grad;
  for (const std::string& name : kCases) {
    INFO(name);
    const auto expected = Safetensors::open(golden(name) / "golden.safetensors");
    const Decoder decoder = Decoder::load(golden(name), at::kFloat);
    CHECK(difference(whole(decoder, read(expected, "tokens").to(at::kLong)), read(expected, "logits")) < 1e-4);
  }
}

TEST_CASE("prefill, decoding step by step and packed rows agree", "[model]") {
  const at::NoGradGuard no_grad;
  for (const std::string& name : kCases) {
    // Their frequencies change with the length, so that keys cached early are rotated otherwise, in transformers too.
    if (name == "llama_dynamic" || name == "llama_longrope_long") continue;
    INFO(name);
    const Decoder decoder = Decoder::load(golden(name), at::kFloat);
    const at::Tensor tokens = read(Safetensors::open(golden(name) / "golden.safetensors"), "tokens").to(at::kLong);
    const at::Tensor reference = whole(decoder, tokens);
    CHECK(difference(in_pieces(decoder, tokens, std::vector<std::int64_t>(24, 1)), reference) < 1e-5);
    CHECK(difference(in_pieces(decoder, tokens, {5, 1, 11, 1, 6}), reference) < 1e-5);

    const at::Tensor row = at::cat({tokens.narrow(0, 0, 9), tokens, tokens.narrow(0, 0, 13)});
    const std::vector<Segment> segments = {{0, 9, nullptr}, {9, 24, nullptr}, {33, 13, nullptr}};
    const at::Tensor packed = decoder.logits(decoder.hidden(row, segments));
    CHECK(difference(packed.narrow(0, 0, 9), reference.narrow(0, 0, 9)) < 1e-5);
    CHECK(difference(packed.narrow(0, 9, 24), reference) < 1e-5);
    CHECK(difference(packed.narrow(0, 33, 13), reference.narrow(0, 0, 13)) < 1e-5);
  }
}

TEST_CASE("sequences decoded together do not see each other", "[model]") {
  const at::NoGradGuard no_grad;
  const Decoder decoder = Decoder::load(golden("qwen3"), at::kFloat);
  const at::Tensor tokens = read(Safetensors::open(golden("qwen3") / "golden.safetensors"), "tokens").to(at::kLong);
  const at::Tensor reference = whole(decoder, tokens);
  KvCache first, second;
  const std::vector<Segment> prefill = {{0, 4, &first}, {4, 10, &second}};
  decoder.hidden(at::cat({tokens.narrow(0, 0, 4), tokens.narrow(0, 0, 10)}), prefill);
  // One decodes while the other still reads a piece of its prompt.
  const std::vector<Segment> mixed = {{0, 1, &first}, {1, 3, &second}};
  const at::Tensor logits =
      decoder.logits(decoder.hidden(at::cat({tokens.narrow(0, 4, 1), tokens.narrow(0, 10, 3)}), mixed));
  CHECK(difference(logits[0], reference[4]) < 1e-5);
  CHECK(difference(logits.narrow(0, 1, 3), reference.narrow(0, 10, 3)) < 1e-5);
}

TEST_CASE("checkpointing changes no gradient, dropout included", "[model]") {
  Decoder decoder = Decoder::load(golden("llama"), at::kFloat);
  at::manual_seed(3);
  for (auto& [path, linear] : decoder.linears()) {
    auto lora = std::make_shared<Lora>();
    lora->a = at::randn({2, linear->weight.size(1)}).requires_grad_();
    lora->b = at::randn({linear->weight.size(0), 2}).requires_grad_();
    lora->scale = 0.5;
    lora->dropout = 0.25;
    linear->lora = lora;
  }
  const at::Tensor tokens = at::arange(12, at::kLong);
  const std::vector<Segment> segments = {{0, 5, nullptr}, {5, 7, nullptr}};
  std::vector<std::map<std::string, at::Tensor>> gradients;
  for (const bool checkpoint : {false, true}) {
    at::manual_seed(7);
    decoder.logits(decoder.hidden(tokens, segments, checkpoint)).log_softmax(-1).square().sum().backward();
    auto& found = gradients.emplace_back();
    for (auto& [path, linear] : decoder.linears()) {
      found[path + ".a"] = linear->lora->a.grad().clone();
      found[path + ".b"] = linear->lora->b.grad().clone();
      linear->lora->a.mutable_grad().reset();
      linear->lora->b.mutable_grad().reset();
    }
  }
  for (const auto& [name, gradient] : gradients[0]) {
    INFO(name);
    CHECK(gradient.abs().max().item<double>() > 0);
    CHECK(at::allclose(gradient, gradients[1].at(name), 1e-4, 1e-5));
  }
}

TEST_CASE("gradients of an adapter agree with finite differences", "[model]") {
  Decoder decoder = Decoder::load(golden("mistral_window"), at::kFloat);
  auto lora = std::make_shared<Lora>();
  at::manual_seed(5);
  lora->a = at::randn({2, 32}).requires_grad_();
  lora->b = at::randn({32, 2}).mul_(0.1).requires_grad_();
  decoder.linears().at("model.layers.0.self_attn.q_proj")->lora = lora;
  const at::Tensor tokens = at::arange(20, at::kLong);
  const std::vector<Segment> segments = {{0, 8, nullptr}, {8, 12, nullptr}};
  const auto loss = [&] { return decoder.logits(decoder.hidden(tokens, segments)).log_softmax(-1).select(1, 3).sum(); };
  loss().backward();
  for (const auto& [row, column] : {std::pair{0, 3}, {1, 17}, {0, 31}}) {
    const at::NoGradGuard no_grad;
    const double step = 1e-2;
    at::Tensor value = lora->a[row][column];
    value.add_(step);
    const double above = loss().item<double>();
    value.sub_(2 * step);
    const double below = loss().item<double>();
    value.add_(step);
    const double expected = (above - below) / (2 * step);
    CHECK(lora->a.grad()[row][column].item<double>() == Approx(expected).epsilon(0.02).margin(5e-3));
  }
}

TEST_CASE("bfloat16 stays near float32", "[model]") {
  const at::NoGradGuard no_grad;
  const auto expected = Safetensors::open(golden("llama") / "golden.safetensors");
  const Decoder decoder = Decoder::load(golden("llama"), at::kBFloat16);
  const at::Tensor tokens = read(expected, "tokens").to(at::kLong);
  CHECK(difference(whole(decoder, tokens), read(expected, "logits")) < 0.15);
  CHECK(difference(in_pieces(decoder, tokens, std::vector<std::int64_t>(24, 1)), read(expected, "logits")) < 0.15);
}

TEST_CASE("bad input to a decoder is named", "[model]") {
  const at::NoGradGuard no_grad;
  const Decoder decoder = Decoder::load(golden("llama"), at::kFloat);
  const Segment two{0, 2, nullptr};
  CHECK_THROWS_WITH(decoder.hidden(at::tensor({std::int64_t{3}, std::int64_t{97}}), {&two, 1}),
                    "decoder: token 97 is outside the vocabulary of 97");
  CHECK_THROWS_WITH(decoder.hidden(at::arange(3, at::kLong), {&two, 1}),
                    "decoder: segments cover 2 tokens, given are 3");
}

TEST_CASE("a checkpoint that does not fit its configuration is refused", "[model]") {
  const fs::path folder = fs::temp_directory_path() / fmt::format("llmops-decoder-{}", ::getpid());
  fs::remove_all(folder);
  fs::copy(golden("llama"), folder);
  const auto rewrite = [&](const std::string& from, const std::string& to) {
    std::ifstream in(folder / "config.json");
    std::string text((std::istreambuf_iterator<char>(in)), {});
    const auto found = text.find(from);
    REQUIRE(found != std::string::npos);
    text.replace(found, from.size(), to);
    std::ofstream(folder / "config.json") << text;
  };
  rewrite("\"intermediate_size\": 48", "\"intermediate_size\": 40");
  CHECK_THROWS_WITH(
      Decoder::load(folder, at::kFloat),
      Catch::Contains("tensor 'model.layers.0.mlp.gate_proj.weight' has shape (48, 32), expected (40, 32)"));
  rewrite("\"intermediate_size\": 40", "\"intermediate_size\": 48");
  rewrite("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 3");
  CHECK_THROWS_WITH(Decoder::load(folder, at::kFloat),
                    Catch::Contains("tensor 'model.layers.2.input_layernorm.weight' is missing"));
  fs::remove_all(folder);
}

TEST_CASE("SmolLM2-135M has the logits of transformers", "[model]") {
  const char* folder = std::getenv("LLMOPS_TEST_SMOLLM2");
  if (folder == nullptr) {
    WARN("skipped: LLMOPS_TEST_SMOLLM2 does not name a converted SmolLM2-135M-Instruct folder");
    return;
  }
  const at::NoGradGuard no_grad;
  const auto expected = Safetensors::open(golden("smollm2.safetensors"));
  const Decoder decoder = Decoder::load(folder, at::kFloat);
  const at::Tensor logits =
      whole(decoder, read(expected, "tokens").to(at::kLong)).index_select(0, read(expected, "positions").to(at::kLong));
  CHECK(difference(logits.slice(1, 0, logits.size(1), 8), read(expected, "logits")) < 1e-3);
}

}  // namespace llmops::model
