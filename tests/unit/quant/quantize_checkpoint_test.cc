// Quantizing a real small model: what the file holds, and how near its predictions stay.
#include "quant/quantize_checkpoint.h"

#include <fmt/format.h>

#include <fstream>
#include <numeric>

#include "core/error.h"
#include "model/gguf.h"
#include "model/inference/inference_decoder.h"
#include "model/lora_weights.h"
#include "quant/weight_source.h"
#include "support/catch.h"
#include "support/decoder_goldens.h"
#include "support/sample_data.h"

namespace llmops::quant {
namespace {

namespace fs = std::filesystem;

const fs::path kModel = test::sample_data() / "models/stories260k";

bool present() {
  if (fs::exists(kModel / "model.safetensors")) return true;
  WARN("skipped: no stories260k model beside the source folder");
  return false;
}

struct Scratch {
  fs::path path = fs::temp_directory_path() / fmt::format("llmops-quantize-{}", ::getpid());
  Scratch() { fs::create_directories(path); }
  ~Scratch() { fs::remove_all(path); }
};

QuantizeOptions options_for(const Scratch& scratch, const std::string& scheme) {
  QuantizeOptions options;
  options.model = kModel.string();
  options.output = (scratch.path / (scheme + ".gguf")).string();
  options.scheme = scheme;
  return options;
}

/// Of 40 tokens. @param adapter  "" for none
std::vector<float> logits_of(const fs::path& path, const std::string& adapter = "") {
  const auto decoder = model::InferenceDecoder::load(path, {.adapter = adapter, .dtype = "float32", .threads = 1});
  std::vector<text::TokenId> tokens(40);
  std::iota(tokens.begin(), tokens.end(), 1);
  const std::vector<std::int32_t> blocks = {0, 1, 2};
  model::KvStore store(decoder->config(), ops::CacheFormat::kF32, 3);
  const ops::AttentionSegment all{0, 40, 0, blocks};
  const std::span<const float> hidden = decoder->hidden(tokens, {&all, 1}, store);
  std::vector<float> logits(40 * static_cast<std::size_t>(decoder->config().vocab_size));
  decoder->logits(hidden, logits);
  return logits;
}

float largest_difference(const std::vector<float>& a, const std::vector<float>& b) {
  REQUIRE(a.size() == b.size());
  float largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::fabs(a[i] - b[i]));
  return largest;
}

}  // namespace

TEST_CASE("an f32 copy has the same logits, query and key rows permuted and back", "[quant]") {
  if (!present()) return;
  const Scratch scratch;
  Progress silent;
  const auto report = quantize_checkpoint(options_for(scratch, "f32"), silent);
  CHECK(report.bits_per_weight == Approx(32));
  CHECK(largest_difference(logits_of(report.output), logits_of(kModel)) < 1e-5);
  const auto gguf = model::Gguf::open(report.output);
  CHECK(gguf.string("general.architecture") == "llama");
  CHECK(gguf.integer("llama.attention.head_count_kv") == 4);
  CHECK(gguf.string("tokenizer.ggml.model") == "llama");
  CHECK(gguf.strings("tokenizer.ggml.tokens").size() == 512);
  CHECK(gguf.find_tensor("output.weight") == nullptr);
}

TEST_CASE("8 bits stay near, 4 bits farther, and the report says how far", "[quant]") {
  if (!present()) return;
  const Scratch scratch;
  const fs::path text = scratch.path / "story.txt";
  std::ofstream(text) << std::ifstream(kModel / "greedy200.txt").rdbuf();
  Progress silent;
  std::vector<QualityReport> quality;
  for (const char* scheme : {"q8_0", "int4"}) {
    QuantizeOptions options = options_for(scratch, scheme);
    options.quality_text = text.string();
    options.context = 64;
    const auto report = quantize_checkpoint(options, silent);
    REQUIRE(report.quality.has_value());
    quality.push_back(*report.quality);
    CHECK(report.bytes_out < report.bytes_in);
  }
  CHECK(quality[0].perplexity_original == Approx(quality[1].perplexity_original));
  CHECK(quality[0].perplexity_original < 3);  // the model's own greedy text
  CHECK(quality[0].kl_mean > 0);
  CHECK(quality[0].kl_mean < 0.01);
  CHECK(quality[1].kl_mean > 3 * quality[0].kl_mean);
  CHECK(quality[0].kl_max >= quality[0].kl_p99);
  CHECK(quality[0].same_top_share > 0.95);
}

TEST_CASE("an adapter is merged into the copy, and the report has it in the original too", "[quant]") {
  const Scratch scratch;
  const fs::path model = fs::path(LLMOPS_SOURCE_DIR) / "tests/golden/tiny-chat";
  const std::string adapter = LLMOPS_SOURCE_DIR "/tests/golden/lora/adapter";
  QuantizeOptions options = options_for(scratch, "f32");
  options.model = model.string();
  options.adapter = adapter;
  options.quality_text = (scratch.path / "text.txt").string();
  options.context = 7;
  std::ofstream(options.quality_text) << "What an adapter has learned is in the weights after it is merged.";
  Progress silent;
  const auto report = quantize_checkpoint(options, silent);
  const std::vector<float> merged = logits_of(report.output);
  CHECK(largest_difference(merged, logits_of(model, adapter)) < 1e-4);
  CHECK(largest_difference(merged, logits_of(model)) > 0.01);
  CHECK(report.quality->kl_max < 1e-6);
  CHECK(report.quality->same_top_share == 1);
  CHECK(report.quality->perplexity_quantized == Approx(report.quality->perplexity_original));
}

TEST_CASE("an adapter is merged into matrices that are stored (in, out)", "[quant]") {
  const fs::path folder = test::decoder_golden("gpt2");
  const WeightSource plain = open_weights(folder), merged = open_merged_weights(folder, folder / "adapter");
  const auto lora = model::read_lora(folder / "adapter", plain.config);
  std::size_t changed = 0;
  for (const model::ExpectedTensor& tensor : model::expected_tensors(plain.config)) {
    const std::vector<float> before = plain.read(tensor), after = merged.read(tensor);
    const auto layer = lora.layers.find(tensor.name.substr(0, tensor.name.rfind('.')));
    if (tensor.bias || layer == lora.layers.end()) {
      CHECK(before == after);
      continue;
    }
    ++changed;
    REQUIRE(tensor.transposed);
    const auto in = static_cast<std::size_t>(tensor.shape[0]), out = static_cast<std::size_t>(tensor.shape[1]);
    const auto r = static_cast<std::size_t>(lora.config.r);
    for (std::size_t i = 0; i < in; i += 3) {
      for (std::size_t o = 0; o < out; o += 5) {
        double sum = 0;
        for (std::size_t k = 0; k < r; ++k) sum += double{layer->second.b[o * r + k]} * layer->second.a[k * in + i];
        CHECK(after[i * out + o] == Approx(before[i * out + o] + lora.config.scale() * sum).margin(1e-6));
      }
    }
  }
  CHECK(changed == lora.layers.size());
}

TEST_CASE("matrices are in the scheme's format, vectors and odd rows are not", "[quant]") {
  if (!present()) return;
  const Scratch scratch;
  Progress silent;
  const auto report = quantize_checkpoint(options_for(scratch, "q4_0"), silent);
  const auto gguf = model::Gguf::open(report.output);
  CHECK(gguf.find_tensor("blk.0.attn_q.weight")->dtype == model::DType::kQ4_0);
  CHECK(gguf.find_tensor("token_embd.weight")->dtype == model::DType::kQ8_0);
  CHECK(gguf.find_tensor("blk.0.attn_norm.weight")->dtype == model::DType::kF32);
  CHECK(gguf.find_tensor("blk.0.ffn_down.weight")->dtype == model::DType::kF16);  // rows of 172 are not whole blocks
  CHECK(gguf.integer("general.file_type") == 2);
}

TEST_CASE("what cannot be quantized is refused before anything is written", "[quant]") {
  const Scratch scratch;
  Progress silent;
  QuantizeOptions options = options_for(scratch, "q5_1");
  CHECK_THROWS_WITH(quantize_checkpoint(options, silent), "unknown scheme 'q5_1'");
  options = options_for(scratch, "q8_0");
  options.model = "/nonexistent";
  CHECK_THROWS_WITH(quantize_checkpoint(options, silent), "'/nonexistent' is not a Hugging Face folder");
  if (!present()) return;
  options = options_for(scratch, "q8_0");
  options.quality_text = "/nonexistent.txt";
  CHECK_THROWS_AS(quantize_checkpoint(options, silent), NotFoundError);
  CHECK(!fs::exists(options.output));
}

}  // namespace llmops::quant
