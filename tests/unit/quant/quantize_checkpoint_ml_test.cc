// Quantizing a real small model: what the file holds, and how near its predictions stay.
#include "quant/quantize_checkpoint.h"

#include <ATen/core/grad_mode.h>
#include <fmt/format.h>

#include <fstream>

#include "core/error.h"
#include "model/decoder.h"
#include "model/gguf.h"
#include "support/catch.h"

namespace llmops::quant {
namespace {

namespace fs = std::filesystem;

const fs::path kModel = fs::path(LLMOPS_SOURCE_DIR) / "../shared/data/models/stories260k";

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

at::Tensor logits_of(const fs::path& path) {
  const at::NoGradGuard no_grad;
  const model::Decoder decoder = model::Decoder::load(path, at::kFloat);
  const at::Tensor tokens = at::arange(1, 41, at::kLong);
  const model::Segment all{0, 40, nullptr};
  return decoder.logits(decoder.hidden(tokens, {&all, 1}));
}

}  // namespace

TEST_CASE("an f32 copy has the same logits, query and key rows permuted and back", "[quant]") {
  if (!present()) return;
  const Scratch scratch;
  Progress silent;
  const auto report = quantize_checkpoint(options_for(scratch, "f32"), silent);
  CHECK(report.bits_per_weight == Approx(32));
  CHECK((logits_of(report.output) - logits_of(kModel)).abs().max().item<double>() < 1e-5);
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
