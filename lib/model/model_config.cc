// Reading config.json: which architectures we run, and where each keeps its sizes and switches.
#include "model/model_config.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"
#include "core/files.h"
#include "core/spelling.h"
#include "model/rope_config.h"

namespace llmops::model {
namespace {

/// What the architectures do not say in config.json but in their code.
struct Family {
  const char* architecture;
  const char* model_type;
  bool qkv_bias;
  bool qk_norm;
  int default_head_size;       ///< 0: hidden size over heads
  int default_sliding_window;  ///< 0: none unless config.json says so
};

constexpr Family kFamilies[] = {
    {"LlamaForCausalLM", "llama", false, false, 0, 0},
    {"MistralForCausalLM", "mistral", false, false, 0, 4096},
    {"Qwen2ForCausalLM", "qwen2", true, false, 0, 0},
    {"Qwen3ForCausalLM", "qwen3", false, true, 128, 0},
};

const Family& find_family(const Json& config, const std::string& origin) {
  const Json* list = config.contains("architectures") ? &config["architectures"] : nullptr;
  const bool named = list != nullptr && list->is_array() && !list->empty() && list->front().is_string();
  const std::string wanted =
      named ? list->front().get<std::string>() : json_get<std::string>(config, "model_type", origin);
  std::vector<std::string> known;
  for (const Family& family : kFamilies) {
    if (wanted == family.architecture || (!named && wanted == family.model_type)) return family;
    known.emplace_back(family.architecture);
  }
  throw InputError(fmt::format("{}: architecture '{}' is not supported", origin, wanted),
                   did_you_mean(wanted, known,
                                "supported are LlamaForCausalLM (also SmolLM), MistralForCausalLM, "
                                "Qwen2ForCausalLM and Qwen3ForCausalLM"));
}

/// A count that must fit an int; JSON's own conversion would wrap silently.
int read_count(const Json& config, const char* key, const std::string& origin) {
  const auto found = config.find(key);
  if (found == config.end() || found->is_null()) throw_json_missing(key, origin);
  if (!found->is_number_integer()) throw_json_type(key, *found, origin);
  constexpr std::int64_t kMax = std::int64_t{1} << 30;
  const bool fits = found->is_number_unsigned() ? found->get<std::uint64_t>() <= std::uint64_t{kMax}
                                                : found->get<std::int64_t>() >= 0;
  if (!fits) throw InputError(fmt::format("{}: '{}' is {}, expected 0 to {}", origin, key, found->dump(), kMax));
  return found->get<int>();
}

int read_count_or(const Json& config, const char* key, int fallback, const std::string& origin) {
  const auto found = config.find(key);
  return found == config.end() || found->is_null() ? fallback : read_count(config, key, origin);
}

/// A token id, a list of them, or null.
std::vector<int> read_ids(const Json& config, const char* key, const std::string& origin) {
  std::vector<int> ids;
  const auto found = config.find(key);
  if (found == config.end() || found->is_null()) return ids;
  const Json list = found->is_array() ? *found : Json::array({*found});
  for (const Json& id : list) {
    if (!id.is_number_integer() || id.get<std::int64_t>() < 0 || id.get<std::int64_t>() > (1 << 30)) {
      throw InputError(fmt::format("{}: '{}' holds {}, expected a token id", origin, key, dump_json(id)));
    }
    ids.push_back(id.get<int>());
  }
  return ids;
}

/// Qwen2 and Qwen3: layers from `max_window_layers` on attend to a window; newer files list every layer's kind instead.
void read_qwen_window(ModelConfig& config, const Json& json, const std::string& origin) {
  config.sliding_window = 0;
  if (!json_get_or<bool>(json, "use_sliding_window", false, origin)) return;
  const int window = read_count_or(json, "sliding_window", 4096, origin);
  config.first_sliding_layer = read_count_or(json, "max_window_layers", 28, origin);
  const auto kinds = json_get_or<std::vector<std::string>>(json, "layer_types", {}, origin);
  if (!kinds.empty()) {
    if (static_cast<int>(kinds.size()) != config.layers) {
      throw InputError(
          fmt::format("{}: 'layer_types' names {} layers, expected {}", origin, kinds.size(), config.layers));
    }
    const auto first = std::find(kinds.begin(), kinds.end(), "sliding_attention");
    config.first_sliding_layer = static_cast<int>(first - kinds.begin());
    if (std::any_of(first, kinds.end(), [](const std::string& kind) { return kind != "sliding_attention"; })) {
      throw InputError(
          fmt::format("{}: 'layer_types' mixes kinds of attention in an order that is not supported", origin));
    }
  }
  if (config.first_sliding_layer < config.layers) config.sliding_window = window;
}

void read_attention(ModelConfig& config, const Json& json, const Family& family, const std::string& origin) {
  config.heads = read_count(json, "num_attention_heads", origin);
  config.kv_heads = read_count_or(json, "num_key_value_heads", config.heads, origin);
  const int even_split = config.heads > 0 ? config.hidden_size / config.heads : 0;
  config.head_size =
      read_count_or(json, "head_dim", family.default_head_size > 0 ? family.default_head_size : even_split, origin);
  const bool attention_bias = json_get_or<bool>(json, "attention_bias", false, origin);
  const bool asks = config.model_type == "llama" || config.model_type == "qwen3";
  config.qkv_bias = family.qkv_bias || (asks && attention_bias);
  config.output_bias = asks && attention_bias;
  config.qk_norm = family.qk_norm;
  if (config.model_type == "mistral") {
    const bool off = json.contains("sliding_window") && json["sliding_window"].is_null();
    config.sliding_window = off ? 0 : read_count_or(json, "sliding_window", family.default_sliding_window, origin);
  } else if (config.model_type != "llama") {
    read_qwen_window(config, json, origin);
  }
}

/// Switches that would change the result and that we do not implement.
void refuse_unsupported(const Json& json, const std::string& origin) {
  const auto activation = json_get_or<std::string>(json, "hidden_act", "silu", origin);
  if (activation != "silu" && activation != "swish") {
    throw InputError(fmt::format("{}: 'hidden_act' is '{}', supported is 'silu'", origin, activation));
  }
  if (json_get_or<double>(json, "partial_rotary_factor", 1, origin) != 1) {
    throw InputError(fmt::format("{}: 'partial_rotary_factor' other than 1 is not supported", origin));
  }
  if (json.contains("quantization_config") && json["quantization_config"].is_object()) {
    const auto method = json_get_or<std::string>(json["quantization_config"], "quant_method", "unknown", origin);
    throw InputError(fmt::format("{}: weights quantized by '{}' are not supported", origin, method),
                     "use the original checkpoint, or a GGUF file with Q8_0, Q4_0 or Q4_1 weights");
  }
}

}  // namespace

ModelConfig parse_model_config(const Json& json, const std::string& origin) {
  if (!json.is_object()) throw InputError(fmt::format("{}: expected a JSON object", origin));
  const Family& family = find_family(json, origin);
  refuse_unsupported(json, origin);
  ModelConfig config;
  config.architecture = family.architecture;
  config.model_type = family.model_type;
  config.vocab_size = read_count(json, "vocab_size", origin);
  config.hidden_size = read_count(json, "hidden_size", origin);
  config.intermediate_size = read_count(json, "intermediate_size", origin);
  config.layers = read_count(json, "num_hidden_layers", origin);
  config.max_position = read_count(json, "max_position_embeddings", origin);
  config.rms_epsilon = json_get_or<double>(json, "rms_norm_eps", 1e-6, origin);
  config.tied_embeddings = json_get_or<bool>(json, "tie_word_embeddings", false, origin);
  config.mlp_bias = config.model_type == "llama" && json_get_or<bool>(json, "mlp_bias", false, origin);
  read_attention(config, json, family, origin);
  read_rope(config, json, origin);
  config.dtype = json_get_or<std::string>(json, json.contains("dtype") ? "dtype" : "torch_dtype", "float32", origin);
  config.bos_ids = read_ids(json, "bos_token_id", origin);
  config.eos_ids = read_ids(json, "eos_token_id", origin);
  config.raw = json;
  check_model_config(config, origin);
  return config;
}

ModelConfig read_model_config(const std::filesystem::path& model_dir) {
  const std::filesystem::path path = model_dir / "config.json";
  ModelConfig config = parse_model_config(read_json_file(path), path.string());
  const std::filesystem::path generation = model_dir / "generation_config.json";
  if (std::filesystem::exists(generation)) {
    // Generation stops where this file says; config.json's end token is only the fallback, as in transformers.
    auto ids = read_ids(read_json_file(generation), "eos_token_id", generation.string());
    if (!ids.empty()) config.eos_ids = std::move(ids);
  }
  return config;
}

}  // namespace llmops::model
