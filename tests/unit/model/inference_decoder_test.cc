// The inference decoder against transformers, and against itself: what else is in a step changes no bit.
#include "model/inference/inference_decoder.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <numeric>

#include "core/error.h"
#include "core/json.h"
#include "model/checkpoint.h"
#include "support/catch.h"
#include "support/decoder_goldens.h"

namespace llmops::model {
namespace {

namespace fs = std::filesystem;
using test::turns_with_length;
using Tokens = std::vector<text::TokenId>;
using Values = std::vector<float>;

const fs::path kGolden = fs::path(LLMOPS_SOURCE_DIR) / "tests/golden";

struct Golden {
  explicit Golden(const fs::path& file) : tensors(Checkpoint::open(file)) {}
  Values values(const char* name) const { return to_float32(tensors.get(name)); }
  Tokens tokens(const char* name) const {
    const TensorView& view = tensors.get(name);
    Tokens found(view.bytes.size() / sizeof(text::TokenId));
    std::memcpy(found.data(), view.bytes.data(), view.bytes.size());
    return found;
  }
  Checkpoint tensors;
};

std::unique_ptr<InferenceDecoder> load(const fs::path& path, const std::string& dtype = "float32",
                                       const std::string& adapter = "", int threads = 1) {
  return InferenceDecoder::load(path, {adapter, dtype, threads});
}

/// Decoder, store, and sequences with blocks of their own, handed out last first.
struct Session {
  explicit Session(InferenceDecoder& model, ops::CacheFormat format = ops::CacheFormat::kF32)
      : decoder(model), store(model.config(), format, 64), free(64) {
    std::iota(free.begin(), free.end(), 0);
  }

  struct Sequence {
    std::vector<std::int32_t> blocks;
    std::int64_t length = 0;   ///< by now
    std::int64_t longest = 0;  ///< as SequenceTraits::length
  };

  /// A step with some new tokens of each sequence. @returns (N, C)
  Values step(const std::vector<std::pair<Sequence*, Tokens>>& parts, const std::vector<int>& adapters = {}) {
    Tokens all;
    std::vector<ops::AttentionSegment> segments;
    std::vector<SequenceTraits> traits;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const auto& [sequence, tokens] = parts[i];
      const auto count = static_cast<std::int64_t>(tokens.size());
      while (static_cast<std::int64_t>(sequence->blocks.size()) * ops::kBlockTokens < sequence->length + count) {
        sequence->blocks.push_back(free.back());
        free.pop_back();
      }
      segments.push_back({static_cast<std::int64_t>(all.size()), count, sequence->length, sequence->blocks});
      if (!adapters.empty() || sequence->longest > 0) {
        traits.push_back({adapters.empty() ? -1 : adapters[i], sequence->longest});
      }
      all.insert(all.end(), tokens.begin(), tokens.end());
    }
    const std::span<const float> hidden = decoder.hidden(all, segments, store, traits);
    for (const auto& [sequence, tokens] : parts) sequence->length += static_cast<std::int64_t>(tokens.size());
    return {hidden.begin(), hidden.end()};
  }

  Values logits(const Values& hidden) {
    Values found(hidden.size() / width() * static_cast<std::size_t>(decoder.config().vocab_size));
    decoder.logits(hidden, found);
    return found;
  }

  std::size_t width() const { return static_cast<std::size_t>(decoder.config().hidden_size); }

  InferenceDecoder& decoder;
  KvStore store;
  std::vector<std::int32_t> free;
};

Tokens part(const Tokens& tokens, std::size_t begin, std::size_t count) {
  return {tokens.begin() + static_cast<std::ptrdiff_t>(begin),
          tokens.begin() + static_cast<std::ptrdiff_t>(begin + count)};
}

Values rows(const Values& values, std::size_t begin, std::size_t count, std::size_t width) {
  return {values.begin() + static_cast<std::ptrdiff_t>(begin * width),
          values.begin() + static_cast<std::ptrdiff_t>((begin + count) * width)};
}

double difference(const Values& a, const Values& b) {
  REQUIRE(a.size() == b.size());
  double most = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double off = std::fabs(double{a[i]} - b[i]);
    most = off <= most ? most : off;  // a NaN is kept
  }
  return most;
}

double mean_difference(const Values& a, const Values& b) {
  REQUIRE(a.size() == b.size());
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += std::fabs(double{a[i]} - b[i]);
  return sum / static_cast<double>(a.size());
}

/// Hidden states of one sequence fed in pieces.
Values in_pieces(Session& session, const Tokens& tokens, const std::vector<std::size_t>& lengths,
                 std::int64_t longest = 0) {
  Session::Sequence sequence;
  sequence.longest = longest;
  Values found;
  std::size_t at = 0;
  for (const std::size_t length : lengths) {
    const Values piece = session.step({{&sequence, part(tokens, at, length)}});
    found.insert(found.end(), piece.begin(), piece.end());
    at += length;
  }
  return found;
}

Values whole(InferenceDecoder& decoder, const Tokens& tokens) {
  Session session(decoder);
  return session.logits(in_pieces(session, tokens, {tokens.size()}));
}

/// The likeliest tokens after `prompt`, one at a time.
Tokens greedy(InferenceDecoder& decoder, const Tokens& prompt, std::size_t count) {
  Session session(decoder);
  Session::Sequence sequence;
  Tokens found, next = prompt;
  while (found.size() < count) {
    const Values hidden = session.step({{&sequence, next}});
    const Values logits = session.logits(rows(hidden, next.size() - 1, 1, session.width()));
    next = {static_cast<text::TokenId>(std::max_element(logits.begin(), logits.end()) - logits.begin())};
    found.push_back(next[0]);
  }
  return found;
}

}  // namespace

TEST_CASE("logits and greedy text of every family equal those of transformers", "[model][inference]") {
  REQUIRE(test::decoder_goldens().size() > 40);
  for (const std::string& name : test::decoder_goldens()) {
    INFO(name);
    const Golden expected(test::decoder_golden(name) / "golden.safetensors");
    const auto decoder = load(test::decoder_golden(name));
    const Tokens tokens = expected.tokens("tokens");
    CHECK(difference(whole(*decoder, tokens), expected.values("logits")) < 1e-4);
    const Tokens wanted = expected.tokens("greedy");
    CHECK(greedy(*decoder, part(tokens, 0, 5), wanted.size()) == wanted);
  }
}

TEST_CASE("segments have the logits of transformers' padded batch", "[model][inference]") {
  for (const std::string& name : test::decoder_goldens()) {
    if (turns_with_length(name)) continue;  // by the padded length, there
    INFO(name);
    const Golden expected(test::decoder_golden(name) / "golden.safetensors");
    const auto decoder = load(test::decoder_golden(name));
    const Tokens tokens = expected.tokens("tokens");
    Session session(*decoder);
    Session::Sequence first, second;
    const Values hidden = session.step({{&first, part(tokens, 0, 7)}, {&second, tokens}});
    Values last = rows(hidden, 6, 1, session.width());
    const Values end = rows(hidden, 7 + tokens.size() - 1, 1, session.width());
    last.insert(last.end(), end.begin(), end.end());
    CHECK(difference(session.logits(last), expected.values("last")) < 1e-4);
  }
}

TEST_CASE("what else is in a step changes no bit", "[model][inference]") {
  for (const std::string& name : test::decoder_goldens()) {
    if (turns_with_length(name)) continue;
    for (const std::string dtype : {"float32", "auto"}) {
      INFO(name << " " << dtype);
      const auto decoder = load(test::decoder_golden(name), dtype);
      const Tokens tokens = Golden(test::decoder_golden(name) / "golden.safetensors").tokens("tokens");
      Session session(*decoder);
      const Values alone = in_pieces(session, tokens, {20});
      const auto threaded = load(test::decoder_golden(name), dtype, "", 3);
      Session other(*threaded);
      CHECK(in_pieces(other, tokens, {20}) == alone);
      CHECK(in_pieces(session, tokens, std::vector<std::size_t>(20, 1)) == alone);
      CHECK(in_pieces(session, tokens, {5, 1, 7, 1, 6}) == alone);
      Session::Sequence a, b, c;
      const Values together =
          session.step({{&a, part(tokens, 0, 9)}, {&b, part(tokens, 0, 19)}, {&c, part(tokens, 0, 13)}});
      CHECK(rows(together, 0, 9, session.width()) == rows(alone, 0, 9, session.width()));
      CHECK(rows(together, 9, 19, session.width()) == rows(alone, 0, 19, session.width()));
      const Values mixed =
          session.step({{&c, part(tokens, 13, 3)}, {&a, part(tokens, 9, 1)}, {&b, part(tokens, 19, 1)}});
      CHECK(rows(mixed, 0, 3, session.width()) == rows(alone, 13, 3, session.width()));
      CHECK(rows(mixed, 3, 1, session.width()) == rows(alone, 9, 1, session.width()));
      CHECK(rows(mixed, 4, 1, session.width()) == rows(alone, 19, 1, session.width()));
    }
  }
}

TEST_CASE("positions that turn by the length turn by the one told, whatever the pieces", "[model][inference]") {
  for (const std::string& name : test::decoder_goldens()) {
    if (!turns_with_length(name)) continue;
    INFO(name);
    const Golden expected(test::decoder_golden(name) / "golden.safetensors");
    const auto decoder = load(test::decoder_golden(name));
    const Tokens tokens = expected.tokens("tokens");
    Session session(*decoder);
    const Values alone = in_pieces(session, tokens, {20});
    CHECK(difference(session.logits(alone), expected.values("logits")) < 1e-4);
    CHECK(in_pieces(session, tokens, {5, 1, 7, 1, 6}, 20) == alone);
    CHECK(in_pieces(session, tokens, {5, 1, 7, 1, 6}) != alone);
    const Values begin = in_pieces(session, part(tokens, 0, 9), {4, 5}, 20);
    CHECK(begin == rows(alone, 0, 9, session.width()));
    CHECK(begin != in_pieces(session, part(tokens, 0, 9), {9}));
  }
}

TEST_CASE("llama.cpp's file of a model gives the logits of transformers", "[model][inference]") {
  int files = 0;
  for (const std::string& name : test::decoder_goldens()) {
    const fs::path file = test::decoder_golden(name) / "model.gguf";
    if (!fs::exists(file)) continue;
    ++files;
    INFO(name);
    const Golden expected(test::decoder_golden(name) / "golden.safetensors");
    CHECK(difference(whole(*load(file), expected.tokens("tokens")), expected.values("logits")) < 1e-4);
  }
  CHECK(files == 19);
}

TEST_CASE("bfloat16 weights and half keys stay near float32", "[model][inference]") {
  for (const std::string& name : test::decoder_goldens()) {
    INFO(name);
    const Golden expected(test::decoder_golden(name) / "golden.safetensors");
    const auto decoder = load(test::decoder_golden(name), "bfloat16");
    Session session(*decoder, ops::CacheFormat::kF16);
    const Values logits = session.logits(in_pieces(session, expected.tokens("tokens"), {20}));
    // On average: a router that chooses another expert for one token changes that token's logits wholly.
    CHECK(mean_difference(logits, expected.values("logits")) < 0.05);
  }
}

TEST_CASE("adapters on fused layers give peft's logits", "[model][inference]") {
  for (const std::string name : {"gpt2", "phi3", "gpt_neox", "falcon_40b"}) {
    INFO(name);
    const Tokens tokens = Golden(test::decoder_golden(name) / "golden.safetensors").tokens("tokens");
    const Values wanted = Golden(test::decoder_golden(name) / "adapter/golden.safetensors").values("logits");
    const auto decoder = load(test::decoder_golden(name), "float32", (test::decoder_golden(name) / "adapter").string());
    CHECK(difference(whole(*decoder, tokens), wanted) < 1e-4);
    CHECK(difference(whole(*load(test::decoder_golden(name)), tokens), wanted) > 0.1);
  }
}

TEST_CASE("every kind of adapter gives peft's logits", "[model][inference]") {
  const Golden golden(kGolden / "lora/peft/golden.safetensors");
  for (const std::string name : {"regex", "rslora", "dora", "dora_conv1d", "dora_grouped", "patterns", "lora_bias",
                                 "saved", "saved_tied", "saved_conv1d"}) {
    INFO(name);
    const fs::path adapter = kGolden / "lora/peft" / name;
    const Json config = read_json_file(adapter / "adapter_config.json");
    const fs::path base = test::decoder_golden(config["base_model_name_or_path"].get<std::string>());
    Tokens tokens = Golden(base / "golden.safetensors").tokens("tokens");
    tokens.resize(8);
    const Values wanted = golden.values((name + ".logits").c_str());
    const Values found = whole(*load(base, "float32", adapter.string()), tokens);
    CHECK(difference(found, wanted) < 1e-5);
    CHECK(difference(whole(*load(base), tokens), wanted) > 0.01);
  }
}

TEST_CASE("adapters that keep whole modules stand alone", "[model][inference]") {
  const fs::path base = test::decoder_golden("llama_tied");
  const auto decoder = load(base);
  CHECK_THROWS_WITH(decoder->add_adapter(kGolden / "lora/peft/saved"), Catch::Contains("it keeps whole modules"));
  const auto own = load(base, "float32", (kGolden / "lora/peft/saved").string());
  CHECK_THROWS_AS(own->add_adapter(kGolden / "lora/adapter"), InputError);
  Session session(*own);
  Session::Sequence sequence;
  CHECK_THROWS_WITH(session.step({{&sequence, {1, 2, 3}}}, {-1}),
                    Catch::Contains("the model without it is not in memory"));
}

TEST_CASE("adapters of every kind in one step give the bits they give alone", "[model][inference]") {
  const auto decoder = load(test::decoder_golden("qwen2"));
  const std::vector<std::string> names = {"dora", "rslora", "patterns", "lora_bias", "regex"};
  for (const std::string& name : names) decoder->add_adapter(kGolden / "lora/peft" / name);
  Tokens tokens = Golden(test::decoder_golden("qwen2") / "golden.safetensors").tokens("tokens");
  tokens.resize(7);
  Session session(*decoder);
  std::vector<Session::Sequence> sequences(names.size() + 1);
  std::vector<std::pair<Session::Sequence*, Tokens>> parts;
  std::vector<int> adapters;
  for (Session::Sequence& sequence : sequences) {
    parts.emplace_back(&sequence, tokens);
    adapters.push_back(static_cast<int>(adapters.size()) - 1);
  }
  const Values together = session.step(parts, adapters);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    INFO(i);
    Session::Sequence alone;
    const Values found = session.step({{&alone, tokens}}, {adapters[i]});
    CHECK(found == rows(together, i * tokens.size(), tokens.size(), session.width()));
  }
}

TEST_CASE("sequences of one step have adapters of their own", "[model][inference]") {
  const auto decoder = load(kGolden / "tiny-chat");
  CHECK(decoder->add_adapter(kGolden / "lora/adapter") == 0);
  CHECK(decoder->add_adapter(kGolden / "lora/start") == 1);  // its B is zero
  const Json expected = read_json_file(kGolden / "lora/logits.json");
  const auto tokens = expected["tokens"].get<Tokens>();
  Session session(*decoder);
  Session::Sequence first, second, third;
  const Values hidden = session.step({{&first, tokens}, {&second, tokens}, {&third, tokens}}, {-1, 0, 1});
  const std::size_t width = session.width(), count = tokens.size();
  const Values plain = rows(hidden, 0, count, width), adapted = rows(hidden, count, count, width);
  CHECK(plain == in_pieces(session, tokens, {count}));  // no adapter is meant where none is named
  CHECK(difference(rows(hidden, 2 * count, count, width), plain) < 1e-6);
  CHECK(difference(session.logits(rows(adapted, 0, 1, width)), expected["first"].get<Values>()) < 1e-4);
  CHECK(difference(session.logits(rows(adapted, count - 1, 1, width)), expected["last"].get<Values>()) < 1e-4);
  CHECK(difference(plain, adapted) > 0.01);
  CHECK_THROWS_AS(decoder->add_adapter(kGolden / "tiny-chat"), NotFoundError);
  CHECK_THROWS_WITH(decoder->add_adapter(test::decoder_golden("gpt2") / "adapter"),
                    Catch::Contains("the base model has no layer"));
}

TEST_CASE("SmolLM2-135M on packed weights has the logits of transformers", "[model][inference]") {
  const char* folder = std::getenv("LLMOPS_TEST_SMOLLM2");
  if (folder == nullptr) {
    WARN("skipped: LLMOPS_TEST_SMOLLM2 does not name a converted SmolLM2-135M-Instruct folder");
    return;
  }
  const Golden expected(test::decoder_golden("smollm2.safetensors"));
  const auto decoder = load(folder, "float32", "", 2);
  const Values all = whole(*decoder, expected.tokens("tokens"));
  const auto vocabulary = static_cast<std::size_t>(decoder->config().vocab_size);
  Values found;
  for (const text::TokenId position : expected.tokens("positions")) {
    for (std::size_t i = 0; i < vocabulary; i += 8) {
      found.push_back(all[static_cast<std::size_t>(position) * vocabulary + i]);
    }
  }
  CHECK(difference(found, expected.values("logits")) < 1e-3);
}

TEST_CASE("bad input to the inference decoder is named", "[model][inference]") {
  const auto decoder = load(test::decoder_golden("gpt2"));
  KvStore store(decoder->config(), ops::CacheFormat::kF32, 16);
  std::vector<std::int32_t> blocks(16);
  std::iota(blocks.begin(), blocks.end(), 0);
  const auto run = [&](const Tokens& tokens, ops::AttentionSegment segment) {
    decoder->hidden(tokens, {&segment, 1}, store);
  };
  CHECK_THROWS_WITH(run({3, 64}, {0, 2, 0, blocks}), "decoder: token 64 is outside the vocabulary of 64");
  CHECK_THROWS_WITH(run({3, -1}, {0, 2, 0, blocks}), "decoder: token -1 is outside the vocabulary of 64");
  CHECK_THROWS_WITH(run({1, 2, 3}, {0, 2, 0, blocks}), "decoder: segments cover 2 tokens, given are 3");
  CHECK_THROWS_WITH(run({1, 2}, {1, 2, 0, blocks}), Catch::Contains("does not follow token 0"));
  CHECK_THROWS_WITH(run({1}, {0, 1, 128, blocks}), Catch::Contains("the model knows only 128 positions"));
  CHECK_THROWS_WITH(run({1}, {0, 1, 16, std::span(blocks).first(1)}), Catch::Contains("no room for 17 tokens"));
  blocks[1] = 16;
  CHECK_THROWS_WITH(run({1}, {0, 1, 0, blocks}), "decoder: block 16 is not one of 16");
  blocks[1] = 1;
  const ops::AttentionSegment one{0, 1, 0, blocks};
  const std::vector<SequenceTraits> unknown(2, {0, 0});
  CHECK_THROWS_WITH(decoder->hidden(Tokens{1}, {&one, 1}, store, std::span(unknown).first(1)),
                    "decoder: adapter 0 is not one of 0");
  CHECK_THROWS_WITH(decoder->hidden(Tokens{1}, {&one, 1}, store, unknown),
                    "decoder: traits of 2 sequences for 1 segments");
  KvStore other(load(test::decoder_golden("llama"))->config(), ops::CacheFormat::kF32, 16);
  CHECK_THROWS_WITH(decoder->hidden(Tokens{1}, {&one, 1}, other),
                    "decoder: keys and values are those of another model");
  CHECK_NOTHROW(run({1}, one));
  CHECK_THROWS_AS(load(test::decoder_golden("llama"), "int3"), UsageError);
}

}  // namespace llmops::model
