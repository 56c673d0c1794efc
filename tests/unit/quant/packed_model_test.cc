// Models in the number formats that we write, run by the inference decoder.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "model/gguf_checkpoint.h"
#include "model/inference/inference_decoder.h"
#include "quant/write_gguf_model.h"
#include "support/catch.h"
#include "support/temporary_directory.h"

using namespace llmops;

namespace {

const std::string kChat = LLMOPS_SOURCE_DIR "/tests/golden/tiny-chat";

std::vector<text::TokenId> some_tokens() {
  std::vector<text::TokenId> tokens;
  for (int i = 0; i < 40; ++i) tokens.push_back(i * 37 % 250);
  return tokens;
}

/// Hidden states of one sequence fed in pieces of this length. @returns (40, C)
std::vector<float> hidden(model::InferenceDecoder& decoder, std::size_t piece) {
  model::KvStore store(decoder.config(), ops::CacheFormat::kF16, 4);
  std::vector<std::int32_t> blocks(4);
  std::iota(blocks.rbegin(), blocks.rend(), 0);
  const std::vector<text::TokenId> tokens = some_tokens();
  std::vector<float> found;
  for (std::size_t at = 0; at < tokens.size(); at += piece) {
    const auto part = std::span(tokens).subspan(at, std::min(piece, tokens.size() - at));
    const ops::AttentionSegment segment{0, static_cast<std::int64_t>(part.size()), static_cast<std::int64_t>(at),
                                        blocks};
    const std::span<const float> rows = decoder.hidden(part, {&segment, 1}, store);
    found.insert(found.end(), rows.begin(), rows.end());
  }
  return found;
}

/// Of the difference, beside the values themselves.
double relative_error(const std::vector<float>& found, const std::vector<float>& expected) {
  double off = 0, size = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    off += std::pow(double{found[i]} - expected[i], 2);
    size += std::pow(double{expected[i]}, 2);
  }
  return std::sqrt(off / size);
}

}  // namespace

TEST_CASE("packed models are those of their files, whatever the step and the threads", "[quant][inference]") {
  const test::TemporaryDirectory folder;
  const quant::WeightSource source = quant::open_weights(kChat);
  for (const auto& [scheme, bound] : {std::pair{"f32", 2e-3}, {"f16", 2e-3}, {"q8_0", 0.03}, {"q4_0", 0.03}}) {
    INFO(scheme);
    Progress progress;
    const std::filesystem::path file = folder.path() / (std::string(scheme) + ".gguf");
    quant::write_gguf_model(source, kChat, quant::find_scheme(scheme), file, progress);
    const auto decoder = model::InferenceDecoder::load(file, {"", "auto", 1});
    const std::vector<float> whole = hidden(*decoder, 40);
    CHECK(hidden(*decoder, 1) == whole);
    CHECK(hidden(*decoder, 7) == whole);
    CHECK(hidden(*model::InferenceDecoder::load(file, {"", "auto", 3}), 11) == whole);
    // The same weights as floats: what is left is the rounding of what they are multiplied with.
    model::convert_gguf_to_hf(file, folder.path() / scheme, "float32");
    const auto dense = model::InferenceDecoder::load(folder.path() / scheme, {"", "float32", 1});
    CHECK(relative_error(whole, hidden(*dense, 40)) < bound);
  }
}
