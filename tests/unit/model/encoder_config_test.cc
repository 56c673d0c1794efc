// Encoders' configurations: what is read, and errors that name the key.
#include "model/encoder_config.h"

#include "core/error.h"
#include "model/encoder_weights.h"
#include "support/catch.h"

using namespace llmops;
using namespace llmops::model;
using Catch::Matchers::Contains;

namespace {

Json bert() {
  return Json::parse(R"({"model_type": "bert", "vocab_size": 100, "hidden_size": 32, "num_hidden_layers": 2,
    "num_attention_heads": 4, "intermediate_size": 64, "max_position_embeddings": 48})");
}

std::string message(const Json& config) {
  try {
    parse_encoder_config(config, "config.json");
  } catch (const InputError& error) {
    return std::string(error.what()) + " | " + error.hint();
  }
  return "no error";
}

std::string message_with(const char* key, Json value) {
  Json config = bert();
  config[key] = std::move(value);
  return message(config);
}

const std::filesystem::path kGolden = LLMOPS_SOURCE_DIR "/tests/golden/encoder";

}  // namespace

TEST_CASE("families differ in positions, token types and the names of their settings", "[model]") {
  const EncoderConfig bert_config = parse_encoder_config(bert(), "config.json");
  CHECK(bert_config.max_tokens() == 48);
  CHECK(bert_config.token_types == 2);
  const EncoderConfig roberta = read_encoder_config(kGolden / "xlm_roberta");
  CHECK(roberta.max_tokens() == 160 - 3 - 1);
  const EncoderConfig distil = read_encoder_config(kGolden / "distilbert");
  CHECK(distil.hidden_size == 16);
  CHECK(distil.layers == 2);
  CHECK(distil.token_types == 0);
  CHECK(read_encoder_config(kGolden / "electra").embedding_size == 12);
}

TEST_CASE("what makes an encoder", "[model]") {
  CHECK(is_encoder(bert()));
  CHECK(is_encoder(Json{{"architectures", {"MPNetModel"}}}));
  CHECK_FALSE(is_encoder(Json{{"model_type", "llama"}}));
  CHECK_FALSE(is_encoder(Json::array()));
}

TEST_CASE("errors name the key or the nearest family", "[model]") {
  CHECK_THAT(message_with("model_type", "robert"), Contains("'robert'") && Contains("did you mean 'roberta'"));
  CHECK_THAT(message_with("model_type", "whisper"), Contains("supported are bert, roberta"));
  CHECK_THAT(message_with("hidden_size", "wide"), Contains("'hidden_size' has the wrong type"));
  CHECK_THAT(message_with("hidden_size", -1), Contains("'hidden_size' is -1"));
  CHECK_THAT(message_with("vocab_size", 1e20), Contains("'vocab_size'"));
  CHECK_THAT(message_with("vocab_size", std::uint64_t{1} << 63), Contains("'vocab_size'"));
  CHECK_THAT(message_with("num_attention_heads", 5), Contains("'num_attention_heads' 5 does not divide"));
  CHECK_THAT(message_with("hidden_act", "gelu_nwe"), Contains("did you mean 'gelu_new'"));
  CHECK_THAT(message_with("position_embedding_type", "relative_key"), Contains("supported is 'absolute'"));
  CHECK_THAT(message_with("layer_norm_eps", 2), Contains("'layer_norm_eps'"));
  CHECK_THAT(message(Json::array()), Contains("expected a JSON object"));
  Json config = bert();
  config.erase("intermediate_size");
  CHECK_THAT(message(config), Contains("'intermediate_size' is missing"));
}

TEST_CASE("weights are found with and without the prefix, and missing ones are named", "[model]") {
  for (const char* name : {"bert", "bert_masked_lm", "xlm_roberta", "distilbert", "mpnet", "electra"}) {
    INFO(name);
    const EncoderConfig config = read_encoder_config(kGolden / name);
    CHECK(find_encoder_weights(config, Checkpoint::open(kGolden / name)).size() == encoder_tensors(config).size());
  }
  EncoderConfig config = read_encoder_config(kGolden / "bert");
  config.layers = 3;
  const Checkpoint weights = Checkpoint::open(kGolden / "bert");
  CHECK_THROWS_WITH(find_encoder_weights(config, weights), Contains("encoder.layer.2.attention.self.query.weight"));
  config.layers = 2;
  config.vocab_size = 60;
  CHECK_THROWS_WITH(find_encoder_weights(config, weights), Contains("(61, 16)") && Contains("(60, 16)"));
}
