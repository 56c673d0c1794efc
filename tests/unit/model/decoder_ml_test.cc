// The decoder that is trained against transformers, and its gradients.
#include "model/decoder.h"

#include <ATen/core/grad_mode.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "core/error.h"
#include "model/checkpoint.h"
#include "model/lora.h"
#include "support/catch.h"
#include "support/decoder_goldens.h"

namespace llmops::model {
namespace {

namespace fs = std::filesystem;
using test::turns_with_length;

at::Tensor read(const Checkpoint& file, const std::string& name) {
  const TensorView& view = file.get(name);
  const auto dtype = view.dtype == DType::kI32 ? at::kInt : at::kFloat;
  at::Tensor tensor = at::empty(view.shape, dtype);
  std::memcpy(tensor.data_ptr(), view.bytes.data(), view.bytes.size());
  return tensor;
}

double difference(const at::Tensor& a, const at::Tensor& b) { return (a - b).abs().max().item<double>(); }

at::Tensor whole(const Decoder& decoder, const at::Tensor& tokens) {
  const Segment all{0, tokens.size(0)};
  return decoder.logits(decoder.hidden(tokens, {&all, 1}));
}

}  // namespace

TEST_CASE("logits equal those of transformers", "[model]") {
  const at::NoGradGuard no_grad;
  REQUIRE(test::decoder_goldens().size() > 40);
  for (const std::string& name : test::decoder_goldens()) {
    INFO(name);
    const auto expected = Checkpoint::open(test::decoder_golden(name) / "golden.safetensors");
    const Decoder decoder = Decoder::load(test::decoder_golden(name), at::kFloat);
    const at::Tensor tokens = read(expected, "tokens").to(at::kLong);
    CHECK(difference(whole(decoder, tokens), read(expected, "logits")) < 1e-4);
  }
}

TEST_CASE("noise is added to the embeddings: that between two tokens' makes one of them the other", "[model]") {
  const at::NoGradGuard no_grad;
  const Decoder decoder = Decoder::load(fs::path(LLMOPS_SOURCE_DIR) / "tests/golden/tiny-chat", at::kFloat);
  const at::Tensor from = at::arange(3, 12), to = at::arange(50, 59);
  const at::Tensor embedding = decoder.named_weights().front().second;
  REQUIRE(decoder.named_weights().front().first == "model.embed_tokens.weight");
  const at::Tensor noise = embedding.index_select(0, to) - embedding.index_select(0, from);
  const Segment all{0, 9};
  CHECK(difference(decoder.hidden(from, {&all, 1}, false, noise), decoder.hidden(to, {&all, 1})) < 1e-5);
}

TEST_CASE("sequences side by side have the logits of transformers' padded batch", "[model]") {
  const at::NoGradGuard no_grad;
  for (const std::string& name : test::decoder_goldens()) {
    if (turns_with_length(name)) continue;  // by the padded length, there
    INFO(name);
    const auto expected = Checkpoint::open(test::decoder_golden(name) / "golden.safetensors");
    const Decoder decoder = Decoder::load(test::decoder_golden(name), at::kFloat);
    const at::Tensor tokens = read(expected, "tokens").to(at::kLong);
    const std::vector<Segment> segments = {{0, 7}, {7, tokens.size(0)}};
    const at::Tensor logits = decoder.logits(decoder.hidden(at::cat({tokens.narrow(0, 0, 7), tokens}), segments));
    CHECK(difference(at::stack({logits[6], logits[-1]}), read(expected, "last")) < 1e-4);
  }
}

TEST_CASE("packed rows agree with sequences by themselves", "[model]") {
  const at::NoGradGuard no_grad;
  for (const std::string& name : test::decoder_goldens()) {
    if (turns_with_length(name)) continue;
    INFO(name);
    const Decoder decoder = Decoder::load(test::decoder_golden(name), at::kFloat);
    const at::Tensor tokens =
        read(Checkpoint::open(test::decoder_golden(name) / "golden.safetensors"), "tokens").to(at::kLong);
    const at::Tensor reference = whole(decoder, tokens);
    const at::Tensor row = at::cat({tokens.narrow(0, 0, 9), tokens, tokens.narrow(0, 0, 13)});
    const std::vector<Segment> segments = {{0, 9}, {9, 20}, {29, 13}};
    const at::Tensor packed = decoder.logits(decoder.hidden(row, segments));
    CHECK(difference(packed.narrow(0, 0, 9), reference.narrow(0, 0, 9)) < 2e-5);
    CHECK(difference(packed.narrow(0, 9, 20), reference) < 2e-5);
    CHECK(difference(packed.narrow(0, 29, 13), reference.narrow(0, 0, 13)) < 2e-5);
  }
}

/// An adapter on every linear layer, paths as PEFT has them.
void adapt(Decoder& decoder, double dropout) {
  at::manual_seed(3);
  for (auto& [path, linear] : decoder.linears()) {
    auto lora = std::make_shared<Lora>();
    lora->a = at::randn({2, linear->weight.size(1)}).requires_grad_();
    lora->b = at::randn({linear->weight.size(0), 2}).requires_grad_();
    lora->scale = 0.25;
    lora->dropout = dropout;
    linear->lora = lora;
  }
}

TEST_CASE("checkpointing changes no gradient, dropout included", "[model]") {
  for (const std::string name : {"llama", "gemma2", "qwen3_moe", "gptj", "falcon_rw", "phi3"}) {
    INFO(name);
    Decoder decoder = Decoder::load(test::decoder_golden(name), at::kFloat);
    adapt(decoder, 0.25);
    const at::Tensor tokens = at::arange(12, at::kLong);
    const std::vector<Segment> segments = {{0, 5}, {5, 7}};
    std::vector<std::map<std::string, at::Tensor>> gradients;
    for (const bool checkpoint : {false, true}) {
      at::manual_seed(7);
      decoder.logits(decoder.hidden(tokens, segments, checkpoint)).log_softmax(-1).square().sum().backward();
      auto& found = gradients.emplace_back();
      for (auto& [path, linear] : decoder.linears()) {
        for (const auto& [part, tensor] : {std::pair{".a", &linear->lora->a}, {".b", &linear->lora->b}}) {
          // An expert that no token chose has none.
          if (tensor->grad().defined()) found[path + part] = tensor->grad().clone();
          tensor->mutable_grad().reset();
        }
      }
    }
    REQUIRE(gradients[0].size() == gradients[1].size());
    CHECK(gradients[0].size() > 10);
    for (const auto& [path, gradient] : gradients[0]) {
      INFO(path);
      CHECK(gradient.abs().max().item<double>() > 0);
      CHECK(at::allclose(gradient, gradients[1].at(path), 1e-3, 1e-4));
    }
  }
}

TEST_CASE("adapters have the paths and shapes of PEFT, fused layers included", "[model]") {
  const auto shape = [](const std::string& name, const std::string& path) {
    Decoder decoder = Decoder::load(test::decoder_golden(name), at::kFloat);
    const auto linears = decoder.linears();
    INFO(path);
    REQUIRE(linears.contains(path));
    return linears.at(path)->weight.sizes().vec();
  };
  using Shape = std::vector<std::int64_t>;
  CHECK(shape("gpt2", "transformer.h.1.attn.c_attn") == Shape{96, 32});
  CHECK(shape("gpt2_bare", "transformer.h.0.mlp.c_fc") == Shape{48, 32});
  CHECK(shape("gpt_neox", "gpt_neox.layers.0.attention.query_key_value") == Shape{96, 32});
  CHECK(shape("falcon_40b", "transformer.h.0.self_attention.query_key_value") == Shape{64, 32});
  CHECK(shape("phi3", "model.layers.0.self_attn.qkv_proj") == Shape{64, 32});
  CHECK(shape("phi3", "model.layers.1.mlp.gate_up_proj") == Shape{48, 32});
  CHECK(shape("mixtral", "model.layers.1.block_sparse_moe.experts.3.w2") == Shape{32, 16});
  CHECK(shape("qwen3_moe", "model.layers.2.mlp.gate") == Shape{4, 32});
}

TEST_CASE("adapters of PEFT on fused layers give its logits, and merge", "[model]") {
  const at::NoGradGuard no_grad;
  for (const std::string name : {"gpt2", "phi3", "gpt_neox", "falcon_40b"}) {
    INFO(name);
    Decoder decoder = Decoder::load(test::decoder_golden(name), at::kFloat);
    const at::Tensor tokens =
        read(Checkpoint::open(test::decoder_golden(name) / "golden.safetensors"), "tokens").to(at::kLong);
    const at::Tensor wanted =
        read(Checkpoint::open(test::decoder_golden(name) / "adapter/golden.safetensors"), "logits");
    const at::Tensor plain = whole(decoder, tokens);
    load_lora(decoder, test::decoder_golden(name) / "adapter");
    CHECK(difference(whole(decoder, tokens), wanted) < 1e-4);
    CHECK(difference(plain, wanted) > 0.1);
  }
}

TEST_CASE("llama.cpp's file of a model has the logits of transformers", "[model]") {
  const at::NoGradGuard no_grad;
  int files = 0;
  for (const std::string& name : test::decoder_goldens()) {
    const fs::path file = test::decoder_golden(name) / "model.gguf";
    if (!fs::exists(file)) continue;
    ++files;
    INFO(name);
    const auto expected = Checkpoint::open(test::decoder_golden(name) / "golden.safetensors");
    const Decoder decoder = Decoder::load(file, at::kFloat);
    const at::Tensor tokens = read(expected, "tokens").to(at::kLong);
    CHECK(difference(whole(decoder, tokens), read(expected, "logits")) < 1e-4);
  }
  CHECK(files == 19);
}

TEST_CASE("weights are given back as the checkpoint has them", "[model]") {
  for (const std::string& name : test::decoder_goldens()) {
    INFO(name);
    const Decoder decoder = Decoder::load(test::decoder_golden(name), at::kFloat);
    const auto file = Checkpoint::open(test::decoder_golden(name));
    std::map<std::string, at::Tensor> given;
    for (auto& [path, tensor] : decoder.named_weights()) given[path] = tensor;
    CHECK(given.size() == file.tensors().size());
    for (const TensorView& view : file.tensors()) {
      if (!given.contains(view.name)) continue;  // those of the bare and the wrapped decoder have other names
      at::Tensor stored = at::empty(view.shape, at::kFloat);
      to_float32(view, {stored.data_ptr<float>(), static_cast<std::size_t>(stored.numel())});
      CHECK(at::equal(given.at(view.name), stored));
    }
  }
}

TEST_CASE("gradients of an adapter agree with finite differences", "[model]") {
  Decoder decoder = Decoder::load(test::decoder_golden("mistral_window"), at::kFloat);
  auto lora = std::make_shared<Lora>();
  at::manual_seed(5);
  lora->a = at::randn({2, 32}).requires_grad_();
  lora->b = at::randn({32, 2}).mul_(0.1).requires_grad_();
  decoder.linears().at("model.layers.0.self_attn.q_proj")->lora = lora;
  const at::Tensor tokens = at::arange(20, at::kLong);
  const std::vector<Segment> segments = {{0, 8}, {8, 12}};
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
  for (const std::string& name : test::decoder_goldens()) {
    INFO(name);
    const auto expected = Checkpoint::open(test::decoder_golden(name) / "golden.safetensors");
    const at::Tensor logits = read(expected, "logits");
    const at::Tensor tokens = read(expected, "tokens").to(at::kLong);
    Decoder rounded = Decoder::load(test::decoder_golden(name), at::kBFloat16);
    Decoder exact_weights = Decoder::load(test::decoder_golden(name), at::kFloat);
    exact_weights.compute_in(at::kBFloat16);
    // On average: a router that chooses another expert for one token changes that token's logits wholly.
    CHECK((whole(rounded, tokens) - logits).abs().mean().item<double>() < 0.05);
    CHECK((whole(exact_weights, tokens) - logits).abs().mean().item<double>() < 0.05);
  }
}

TEST_CASE("bad input to a decoder is named", "[model]") {
  const at::NoGradGuard no_grad;
  const Decoder decoder = Decoder::load(test::decoder_golden("llama"), at::kFloat);
  const Segment two{0, 2};
  CHECK_THROWS_WITH(decoder.hidden(at::tensor({std::int64_t{3}, std::int64_t{64}}), {&two, 1}),
                    "decoder: token 64 is outside the vocabulary of 64");
  CHECK_THROWS_WITH(decoder.hidden(at::arange(3, at::kLong), {&two, 1}),
                    "decoder: segments cover 2 tokens, given are 3");
}

TEST_CASE("a checkpoint that does not fit its configuration is refused", "[model]") {
  const fs::path folder = fs::temp_directory_path() / fmt::format("llmops-decoder-{}", ::getpid());
  fs::remove_all(folder);
  fs::copy(test::decoder_golden("llama"), folder);
  const auto rewrite = [&](const std::string& from, const std::string& to) {
    std::ifstream in(folder / "config.json");
    std::string text((std::istreambuf_iterator<char>(in)), {});
    const auto found = text.find(from);
    REQUIRE(found != std::string::npos);
    text.replace(found, from.size(), to);
    std::ofstream(folder / "config.json") << text;
  };
  rewrite("\"intermediate_size\": 24", "\"intermediate_size\": 40");
  CHECK_THROWS_WITH(
      Decoder::load(folder, at::kFloat),
      Catch::Contains("tensor 'model.layers.0.mlp.gate_proj.weight' has shape (24, 32), expected (40, 32)"));
  rewrite("\"intermediate_size\": 40", "\"intermediate_size\": 24");
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
  const auto expected = Checkpoint::open(test::decoder_golden("smollm2.safetensors"));
  const Decoder decoder = Decoder::load(folder, at::kFloat);
  const at::Tensor logits =
      whole(decoder, read(expected, "tokens").to(at::kLong)).index_select(0, read(expected, "positions").to(at::kLong));
  CHECK(difference(logits.slice(1, 0, logits.size(1), 8), read(expected, "logits")) < 1e-3);
}

}  // namespace llmops::model
