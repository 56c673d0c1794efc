// Beyond the context a model was trained for, where positions turn by the sequence's length: answers and scores are
// those of the request alone there too.
#include <algorithm>

#include "infer/open_engine.h"
#include "model/rotary_frequencies.h"
#include "support/catch.h"
#include "support/decoder_goldens.h"

namespace llmops::infer {
namespace {

/// The golden models turn otherwise beyond 16 tokens.
std::unique_ptr<Engine> engine_of(const std::string& golden, const EngineOptions& settings) {
  EngineOptions options = settings;
  options.model = test::decoder_golden(golden).string();
  options.max_context = 128;  // one of them is trained for less
  return open_engine(options);
}

std::vector<TokenId> tokens(std::size_t count) {
  std::vector<TokenId> made(count);
  for (std::size_t i = 0; i < count; ++i) made[i] = static_cast<TokenId>((i * i * 7 + i) % 64);
  return made;
}

GenerateRequest ask(std::size_t prompt, int answer) {
  GenerateRequest request;
  request.prompt = tokens(prompt);
  request.sampling.max_tokens = answer;
  request.sampling.top_logprobs = 0;
  return request;
}

std::vector<float> logprobs(const GenerateResult& result) {
  std::vector<float> found;
  for (const TokenLogprob& token : result.logprobs) found.push_back(token.logprob);
  return found;
}

}  // namespace

TEST_CASE("how a long prompt is cut, and who runs beside it, changes no bit of the answer", "[infer]") {
  const std::string golden = GENERATE("llama_dynamic", "llama_longrope_long");
  INFO(golden);
  std::vector<GenerateRequest> requests;
  for (const auto& [prompt, answer] : {std::pair{12, 3}, {12, 30}, {16, 40}, {40, 20}, {40, 60}, {70, 5}, {12, 2}})
    requests.push_back(ask(static_cast<std::size_t>(prompt), answer));
  std::vector<GenerateResult> alone;
  for (const GenerateRequest& request : requests) {
    const auto engine = engine_of(golden, {.prefix_cache = false});  // the whole prompt in one step
    alone.push_back(engine->generate({&request, 1})[0]);
  }
  EngineOptions cut{.max_batch = 4, .step_tokens = 5};
  cut.cache_tokens = 128;  // some have to go and come again
  cut.prompt_lookup = 3;
  const auto engine = engine_of(golden, cut);
  for (int round = 0; round < 2; ++round) {
    const auto together = engine->generate(requests);
    for (std::size_t i = 0; i < requests.size(); ++i) {
      INFO(i);
      CHECK(together[i].tokens == alone[i].tokens);
      CHECK(logprobs(together[i]) == logprobs(alone[i]));
    }
  }
  CHECK(engine->stats().counts.preemptions > 0);
}

TEST_CASE("texts that turn otherwise share no keys and values", "[infer]") {
  const auto engine = engine_of("llama_longrope_long", {});
  const auto cached = [&](std::size_t prompt, int answer) {
    const GenerateRequest request = ask(prompt, answer);
    return engine->generate({&request, 1})[0].cached_tokens;
  };
  CHECK(cached(36, 10) == 0);
  CHECK(cached(36, 80) == 32);  // another length, and the same turns
  const auto dynamic = engine_of("llama_dynamic", {});
  const auto cached_there = [&](int answer) {
    const GenerateRequest request = ask(36, answer);
    return dynamic->generate({&request, 1})[0].cached_tokens;
  };
  CHECK(cached_there(10) == 0);
  CHECK(cached_there(11) == 0);
  CHECK(cached_there(10) == 32);
}

TEST_CASE("a sequence's scores do not depend on longer ones beside it", "[infer]") {
  const std::string golden = GENERATE("llama_dynamic", "llama_longrope_long");
  INFO(golden);
  const auto engine = engine_of(golden, {.step_tokens = 7});
  std::vector<std::vector<TokenId>> sequences;
  for (const std::size_t length : {10, 16, 17, 18, 30, 31, 60}) sequences.push_back(tokens(length));
  sequences.push_back(sequences[5]);
  const auto together = engine->score(sequences);
  for (std::size_t i = 0; i < sequences.size(); ++i) {
    INFO(i);
    CHECK(together[i].logprobs == engine->score({&sequences[i], 1})[0].logprobs);
  }
  CHECK(together[0].logprobs != std::vector(together[6].logprobs.begin(), together[6].logprobs.begin() + 9));
}

TEST_CASE("only dynamic and longrope turn by the length", "[infer]") {
  model::ModelConfig config;
  config.max_position = 100;
  CHECK(model::turning_length(config, 1000) == 0);
  config.rope_scaling.type = "dynamic";
  CHECK(model::turning_length(config, 100) == 0);
  CHECK(model::turning_length(config, 101) == 101);
  CHECK(model::turning_length(config, 200) == 200);
  config.rope_scaling.type = "longrope";
  config.rope_scaling.original_max_position = 50;
  CHECK(model::turning_length(config, 50) == 0);
  CHECK(model::turning_length(config, 51) == model::turning_length(config, 5000));
  CHECK(model::turning_length(config, 51) != 0);
}

}  // namespace llmops::infer
