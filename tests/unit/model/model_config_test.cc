// config.json: what transformers writes, in its old and its new form, and what must be refused.
#include "model/model_config.h"

#include "core/error.h"
#include "core/files.h"
#include "model/families.h"
#include "support/catch.h"
#include "support/temporary_directory.h"

using namespace llmops;
using namespace llmops::model;
using Catch::Matchers::Contains;

namespace {

Json llama() {
  return {{"architectures", Json::array({"LlamaForCausalLM"})},
          {"model_type", "llama"},
          {"vocab_size", 32000},
          {"hidden_size", 512},
          {"intermediate_size", 1024},
          {"num_hidden_layers", 4},
          {"num_attention_heads", 8},
          {"num_key_value_heads", 2},
          {"max_position_embeddings", 2048},
          {"rms_norm_eps", 1e-5},
          {"rope_theta", 1e5},
          {"tie_word_embeddings", true},
          {"torch_dtype", "bfloat16"},
          {"bos_token_id", 1},
          {"eos_token_id", Json::array({2, 7})},
          {"pretraining_tp", 1}};
}

ModelConfig parse(const Json& json) { return parse_model_config(json, "config.json"); }

Json with(Json json, const char* key, Json value) {
  json[key] = std::move(value);
  return json;
}

Json as_family(const char* architecture, const char* model_type) {
  return with(with(llama(), "architectures", Json::array({architecture})), "model_type", model_type);
}

}  // namespace

TEST_CASE("a Llama configuration is read", "[model]") {
  const ModelConfig config = parse(llama());
  CHECK(config.head_size == 64);
  CHECK(config.kv_heads == 2);
  CHECK(config.rope_theta == 1e5);
  CHECK(config.tied_embeddings);
  CHECK(config.eos_ids == std::vector<int>{2, 7});
  CHECK(config.sliding_window == 0);
  CHECK_FALSE(config.qkv_bias);
  // 32000 * 512 + 4 * (2 * 512 * 512 + 2 * 512 * 128 + 3 * 512 * 1024 + 2 * 512) + 512
  CHECK(config.parameter_count() == 25301504);
}

TEST_CASE("families differ in biases, norms and windows", "[model]") {
  const ModelConfig biased = parse(with(with(llama(), "attention_bias", true), "mlp_bias", true));
  CHECK((biased.qkv_bias && biased.output_bias && biased.mlp_bias));
  const ModelConfig qwen2 = parse(as_family("Qwen2ForCausalLM", "qwen2"));
  CHECK((qwen2.qkv_bias && !qwen2.output_bias && qwen2.qk_norm == QkNorm::kNone));
  const ModelConfig qwen3 = parse(as_family("Qwen3ForCausalLM", "qwen3"));
  CHECK((!qwen3.qkv_bias && qwen3.qk_norm == QkNorm::kHead));
  CHECK(qwen3.head_size == 128);
  CHECK(parse(as_family("MistralForCausalLM", "mistral")).sliding_window == 4096);
  CHECK(parse(with(as_family("MistralForCausalLM", "mistral"), "sliding_window", nullptr)).sliding_window == 0);
}

TEST_CASE("windows start at a layer, follow a list or a pattern, and only when switched on", "[model]") {
  const auto windows = [](const ModelConfig& config) {
    std::vector<int> found;
    for (const LayerOptions& layer : config.layer_options) found.push_back(layer.window);
    return found;
  };
  Json json = with(with(as_family("Qwen2ForCausalLM", "qwen2"), "sliding_window", 128), "max_window_layers", 2);
  CHECK(parse(json).sliding_window == 0);
  json["use_sliding_window"] = true;
  CHECK(windows(parse(json)) == std::vector{0, 0, 128, 128});
  json["layer_types"] = {"sliding_attention", "full_attention", "full_attention", "sliding_attention"};
  CHECK(windows(parse(json)) == std::vector{128, 0, 0, 128});
  json["layer_types"] = {"full_attention"};
  CHECK_THROWS_WITH(parse(json), Contains("'layer_types' names 1 layers, expected 4"));
  json["layer_types"] = {"full_attention", "full_attention", "full_attention", "linear_attention"};
  CHECK_THROWS_WITH(parse(json), Contains("'layer_types' has 'linear_attention'"));
  const Json gemma = with(as_family("Gemma2ForCausalLM", "gemma2"), "sliding_window", 64);
  CHECK(windows(parse(gemma)) == std::vector{64, 0, 64, 0});
  const Json gemma3 =
      with(with(as_family("Gemma3ForCausalLM", "gemma3_text"), "sliding_window", 64), "sliding_window_pattern", 3);
  CHECK(windows(parse(gemma3)) == std::vector{64, 64, 0, 64});
  CHECK(windows(parse(with(llama(), "sliding_window", 64))) == std::vector{0, 0, 0, 0});  // not a setting of Llama's
}

TEST_CASE("layers without positions and layers of experts are read", "[model]") {
  const Json smollm3 = as_family("SmolLM3ForCausalLM", "smollm3");
  const ModelConfig every_fourth = parse(smollm3);
  CHECK(every_fourth.layer_options[2].rotary);
  CHECK_FALSE(every_fourth.layer_options[3].rotary);
  CHECK_FALSE(parse(with(smollm3, "no_rope_layers", std::vector{0, 1, 1, 1})).layer_options[0].rotary);
  Json moe = with(as_family("Qwen3MoeForCausalLM", "qwen3_moe"), "num_experts", 16);
  moe["mlp_only_layers"] = {1};
  moe["decoder_sparse_step"] = 2;
  const ModelConfig mixture = parse(moe);
  CHECK_FALSE(mixture.layer_options[0].experts);
  CHECK_FALSE(mixture.layer_options[1].experts);
  CHECK(mixture.layer_options[3].experts);
  CHECK((mixture.experts == 16 && mixture.experts_used == 8 && mixture.expert_size == 768));
  moe["num_experts_per_tok"] = 17;
  CHECK_THROWS_WITH(parse(moe), Contains("17 of 16 experts"));
  moe["num_experts"] = 4096;  // a list of its weights would fill memory
  CHECK_THROWS_WITH(parse(with(moe, "num_hidden_layers", 9999)), Contains("implausible"));
}

TEST_CASE("every row of the table of families is well-formed and can be found", "[model]") {
  for (const Family& family : families()) {
    INFO(family.architecture);
    for (const char* text : {family.defaults, family.fixed, family.required, family.when}) {
      CHECK(Json::parse(text, nullptr, /*allow_exceptions=*/false).is_object());
    }
    Json config = Json::parse(family.when);
    config["architectures"] = {family.architecture};
    CHECK(std::string(find_family(config, "config.json").architecture) == family.architecture);
    CHECK(find_family({{"model_type", family.model_type}}, "config.json").model_type == std::string(family.model_type));
  }
}

TEST_CASE("older families are read under their own keys", "[model]") {
  const Json gpt2 = {{"architectures", Json::array({"GPT2LMHeadModel"})},
                     {"vocab_size", 50257},
                     {"n_embd", 768},
                     {"n_layer", 12},
                     {"n_head", 12},
                     {"n_positions", 1024},
                     {"n_ctx", 1024}};
  const ModelConfig config = parse(gpt2);
  CHECK((config.hidden_size == 768 && config.intermediate_size == 3072 && config.head_size == 64));
  CHECK((config.tied_embeddings && config.norm_bias && config.qkv_layout == QkvLayout::kConcatenated));
  CHECK(config.parameter_count() == 124439808);
  const Json written = model_config_json(config);
  CHECK(written["n_embd"] == 768);
  CHECK_FALSE(written.contains("hidden_size"));
  CHECK_THROWS_WITH(parse(with(gpt2, "n_embd", nullptr)), "config.json: 'n_embd' is missing");
  CHECK_THROWS_WITH(parse(with(gpt2, "scale_attn_by_inverse_layer_idx", true)),
                    "config.json: 'scale_attn_by_inverse_layer_idx' is true, supported is false");
  const Json falcon = {{"model_type", "falcon"}, {"vocab_size", 65024}, {"hidden_size", 4544},  {"n_layer", 32},
                       {"n_head", 71},           {"multi_query", true}, {"parallel_attn", true}};
  CHECK(parse(falcon).kv_heads == 1);
  CHECK(parse(falcon).shared_norm);
  CHECK_FALSE(parse(with(falcon, "parallel_attn", false)).parallel);
}

TEST_CASE("rotary scaling is read in both forms", "[model]") {
  const Json scaling = {{"rope_type", "llama3"},
                        {"factor", 8.0},
                        {"low_freq_factor", 1.0},
                        {"high_freq_factor", 4.0},
                        {"original_max_position_embeddings", 8192}};
  const ModelConfig older = parse(with(llama(), "rope_scaling", scaling));
  CHECK(older.rope_scaling.type == "llama3");
  CHECK(older.rope_scaling.factor == 8);
  CHECK(older.rope_scaling.original_max_position == 8192);
  Json json = llama();
  json.erase("rope_theta");
  const ModelConfig newer = parse(with(json, "rope_parameters", with(scaling, "rope_theta", 5e5)));
  CHECK(newer.rope_theta == 5e5);
  CHECK(newer.rope_scaling.factor == 8);
  CHECK(parse(with(llama(), "rope_scaling", {{"type", "linear"}, {"factor", 2}})).rope_scaling.type == "linear");
  const ModelConfig yarn =
      parse(with(llama(), "rope_scaling", {{"rope_type", "yarn"}, {"original_max_position_embeddings", 512}}));
  CHECK(yarn.rope_scaling.factor == 4);
  const Json factors = std::vector<double>(32, 1.5);
  const ModelConfig longrope = parse(with(with(llama(), "original_max_position_embeddings", 1024), "rope_scaling",
                                          {{"type", "su"}, {"short_factor", factors}, {"long_factor", factors}}));
  CHECK(longrope.rope_scaling.type == "longrope");
  CHECK(longrope.rope_scaling.factor == 2);
}

TEST_CASE("what is written is read back the same, and unknown keys are kept", "[model]") {
  for (const Json& json : {llama(), with(llama(), "rope_scaling", {{"rope_type", "dynamic"}, {"factor", 3.0}}),
                           with(llama(), "rope_parameters",
                                {{"rope_type", "yarn"}, {"factor", 2.0}, {"rope_theta", 7e4}, {"truncate", false}}),
                           as_family("Qwen3ForCausalLM", "qwen3")}) {
    const ModelConfig config = parse(json);
    const Json written = model_config_json(config);
    CHECK(written["pretraining_tp"] == 1);
    const ModelConfig again = parse(written);
    CHECK(model_config_json(again) == written);
    CHECK(again.rope_theta == config.rope_theta);
    CHECK(again.rope_scaling.factor == config.rope_scaling.factor);
    CHECK(again.rope_scaling.truncate == config.rope_scaling.truncate);
    CHECK(again.head_size == config.head_size);
  }
}

TEST_CASE("an unknown architecture names the nearest known one", "[model]") {
  try {
    parse(as_family("LlamaForCasualLM", "llama"));
    FAIL("no error");
  } catch (const InputError& error) {
    CHECK(std::string(error.what()) == "config.json: architecture 'LlamaForCasualLM' is not supported");
    CHECK_THAT(error.hint(), Contains("did you mean 'LlamaForCausalLM'"));
    CHECK_THAT(error.hint(), Contains("supported are LlamaForCausalLM, MistralForCausalLM"));
  }
}

TEST_CASE("sizes that cannot be are refused with their key", "[model]") {
  CHECK_THROWS_WITH(parse(Json::array()), "config.json: expected a JSON object");
  CHECK_THROWS_WITH(parse(with(llama(), "hidden_size", nullptr)), "config.json: 'hidden_size' is missing");
  CHECK_THROWS_WITH(parse(with(llama(), "hidden_size", "512")), Contains("'hidden_size' has the wrong type"));
  CHECK_THROWS_WITH(parse(with(llama(), "hidden_size", 5.5)), Contains("'hidden_size'"));
  CHECK_THROWS_WITH(parse(with(llama(), "hidden_size", 1e300)), Contains("'hidden_size'"));
  CHECK_THROWS_WITH(parse(with(llama(), "vocab_size", std::uint64_t{1} << 40)),
                    Contains("'vocab_size' is 1099511627776"));
  CHECK_THROWS_WITH(parse(with(llama(), "num_hidden_layers", -1)), Contains("'num_hidden_layers'"));
  CHECK_THROWS_WITH(parse(with(llama(), "num_hidden_layers", 0)),
                    "config.json: 'num_hidden_layers' is 0, expected at least 1");
  CHECK_THROWS_WITH(parse(with(llama(), "num_key_value_heads", 3)),
                    "config.json: 8 heads cannot share 3 key-value heads evenly");
  CHECK_THROWS_WITH(parse(with(llama(), "head_dim", 7)), Contains("head size 7 is odd"));
  CHECK_THROWS_WITH(parse(with(llama(), "hidden_act", "gelu_tanh")),
                    "config.json: 'hidden_act' is 'gelu_tanh', which is not supported");
  CHECK_THROWS_WITH(parse(with(llama(), "partial_rotary_factor", 0.5)),
                    Contains("'partial_rotary_factor' other than 1"));
  CHECK_THROWS_WITH(parse(with(llama(), "rms_norm_eps", 0)), Contains("'rms_norm_eps'"));
  CHECK_THROWS_WITH(parse(with(llama(), "eos_token_id", "</s>")), Contains("'eos_token_id' holds \"</s>\""));
  CHECK_THROWS_WITH(parse(with(llama(), "rope_scaling", {{"type", "mrope"}, {"factor", 2}})),
                    Contains("rope type 'mrope'"));
  CHECK_THROWS_WITH(parse(with(llama(), "rope_scaling", {{"type", "linear"}})), "config.json: 'factor' is missing");
  CHECK_THROWS_WITH(parse(with(llama(), "quantization_config", {{"quant_method", "gptq"}})),
                    Contains("quantized by 'gptq'"));
}

TEST_CASE("end tokens come from generation_config.json where it has them", "[model]") {
  const test::TemporaryDirectory folder;
  write_file_atomic(folder.path() / "config.json", dump_json(llama()));
  CHECK(read_model_config(folder.path()).eos_ids == std::vector<int>{2, 7});
  write_file_atomic(folder.path() / "generation_config.json", R"({"eos_token_id": 9})");
  CHECK(read_model_config(folder.path()).eos_ids == std::vector<int>{9});
}
