// Models in the number formats that we write, run by the inference decoder.
#include <algorithm>
#include <cmath>
#include <limits>
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

constexpr std::int64_t kAllPrompt = std::numeric_limits<std::int64_t>::max();

/// Hidden states of one sequence fed in pieces of this length, cut at the prompt's end too. @returns (40, C)
std::vector<float> hidden(model::InferenceDecoder& decoder, std::size_t piece, std::int64_t prompt = kAllPrompt) {
  model::KvStore store(decoder.config(), ops::CacheFormat::kF16, 4);
  std::vector<std::int32_t> blocks(4);
  std::iota(blocks.rbegin(), blocks.rend(), 0);
  model::SequenceTraits traits;
  traits.prompt = prompt;
  const std::vector<text::TokenId> tokens = some_tokens();
  std::vector<float> found;
  for (std::size_t at = 0; at < tokens.size();) {
    const auto past = static_cast<std::int64_t>(at);
    std::size_t count = std::min(piece, tokens.size() - at);
    if (past < prompt && prompt < kAllPrompt) count = std::min(count, static_cast<std::size_t>(prompt - past));
    const ops::AttentionSegment segment{0, static_cast<std::int64_t>(count), past, blocks};
    const std::span<const float> rows =
        decoder.hidden(std::span(tokens).subspan(at, count), {&segment, 1}, store, {&traits, 1});
    found.insert(found.end(), rows.begin(), rows.end());
    at += count;
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

TEST_CASE("what a model wrote gives the same bits however it is run, and beside any prompt", "[quant][inference]") {
  const test::TemporaryDirectory folder;
  const quant::WeightSource source = quant::open_weights(kChat);
  for (const char* scheme : {"bf16", "q8_0", "q4_0"}) {
    INFO(scheme);
    Progress progress;
    const std::filesystem::path file = folder.path() / (std::string(scheme) + ".gguf");
    quant::write_gguf_model(source, kChat, quant::find_scheme(scheme), file, progress);
    const auto decoder = model::InferenceDecoder::load(file, {"", "auto", 2});
    const auto width = static_cast<std::ptrdiff_t>(decoder->config().hidden_size);
    const std::vector<float> read = hidden(*decoder, 40), written = hidden(*decoder, 40, 13);
    CHECK(hidden(*decoder, 1, 13) == written);
    CHECK(hidden(*decoder, 7, 13) == written);
    CHECK(std::equal(read.begin(), read.begin() + 13 * width, written.begin()));
    CHECK((read != written) == decoder->tells_prompts_apart());

    // Its last 27 tokens, run again in one step with the prompt of another.
    model::KvStore store(decoder->config(), ops::CacheFormat::kF16, 8);
    const std::vector<std::int32_t> first = {2, 0, 5}, second = {7, 1, 3};
    std::vector<text::TokenId> tokens = some_tokens();
    model::SequenceTraits traits[2];
    traits[0].prompt = 13;
    const ops::AttentionSegment prompt{0, 13, 0, first};
    decoder->hidden(std::span(tokens).first(13), {&prompt, 1}, store, {traits, 1});
    tokens.erase(tokens.begin(), tokens.begin() + 13);
    const std::vector<text::TokenId> other = some_tokens();
    tokens.insert(tokens.end(), other.begin(), other.end());
    const ops::AttentionSegment both[] = {{0, 27, 13, first}, {27, 40, 0, second}};
    const std::span<const float> rows = decoder->hidden(tokens, both, store, traits);
    CHECK(std::equal(rows.begin(), rows.begin() + 27 * width, written.begin() + 13 * width));
    CHECK(std::equal(rows.begin() + 27 * width, rows.end(), read.begin()));
  }
}

TEST_CASE("a decoder refuses steps that mix up prompts and what was written", "[quant][inference]") {
  const auto decoder = model::InferenceDecoder::load(kChat, {"", "auto", 1});
  model::KvStore store(decoder->config(), ops::CacheFormat::kF16, 4);
  const std::vector<std::int32_t> first = {0}, second = {1};
  const std::vector<text::TokenId> tokens(8, 5);
  model::SequenceTraits traits[2];
  traits[0].prompt = 3;
  const ops::AttentionSegment across{0, 8, 0, first};
  CHECK_THROWS_WITH(decoder->hidden(tokens, {&across, 1}, store, {traits, 1}),
                    "decoder: segment at 0 holds the end of a prompt of 3 tokens");
  traits[0].prompt = 8;
  traits[1].prompt = 0;
  const ops::AttentionSegment swapped[] = {{0, 4, 0, first}, {4, 4, 0, second}};
  CHECK_THROWS_WITH(decoder->hidden(tokens, swapped, store, traits),
                    "decoder: a segment that the model wrote follows one of a prompt");
}
