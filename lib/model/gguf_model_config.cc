// A GGUF file's metadata as a model configuration.
#include <fmt/format.h>

#include <cmath>
#include <numbers>

#include "core/error.h"
#include "core/spelling.h"
#include "model/gguf_checkpoint.h"
#include "model/gguf_special_tokens.h"

namespace llmops::model {
namespace {

struct Architecture {
  const char* gguf;
  const char* hf;
  const char* model_type;
  bool qk_norm;
};

/// Mistral models, too, are called llama in GGUF.
constexpr Architecture kArchitectures[] = {
    {"llama", "LlamaForCausalLM", "llama", false},
    {"qwen2", "Qwen2ForCausalLM", "qwen2", false},
    {"qwen3", "Qwen3ForCausalLM", "qwen3", true},
};

const Architecture& find_architecture(const Gguf& gguf) {
  const std::string name = gguf.string("general.architecture");
  std::vector<std::string> known;
  for (const Architecture& architecture : kArchitectures) {
    if (name == architecture.gguf) return architecture;
    known.emplace_back(architecture.gguf);
  }
  throw InputError(fmt::format("{}: architecture '{}' is not supported", gguf.path().string(), name),
                   did_you_mean(name, known, "supported are llama, qwen2 and qwen3"));
}

/// Metadata keeps float32; the shortest decimal that means the same float is what the model's config.json said.
double shortest(double value) { return std::stod(fmt::format("{}", static_cast<float>(value))); }

/// Keys of the architecture: "llama." + name.
class Keys {
 public:
  Keys(const Gguf& gguf, std::string prefix) : gguf_(gguf), prefix_(std::move(prefix)) {}

  bool has(const char* name) const { return gguf_.has(prefix_ + name); }
  int count(const char* name) const {
    const std::int64_t value = gguf_.integer(prefix_ + name);
    if (value < 0 || value > (1 << 30)) {
      throw InputError(fmt::format("{}: '{}{}' is {}, out of range", gguf_.path().string(), prefix_, name, value));
    }
    return static_cast<int>(value);
  }
  int count_or(const char* name, int fallback) const { return has(name) ? count(name) : fallback; }
  double number_or(const char* name, double fallback) const {
    return has(name) ? shortest(gguf_.number(prefix_ + name)) : fallback;
  }
  std::string string_or(const char* name, const char* fallback) const {
    return has(name) ? gguf_.string(prefix_ + name) : fallback;
  }

 private:
  const Gguf& gguf_;
  std::string prefix_;
};

/// The factors that llama.cpp stores for Llama 3's scaling, from its parameters. (D / 2)
std::vector<double> llama3_factors(const ModelConfig& config, const RopeScaling& rope) {
  std::vector<double> factors;
  for (int i = 0; i < config.head_size / 2; ++i) {
    const double frequency = std::pow(config.rope_theta, -2.0 * i / config.head_size);
    const double wavelength = 2 * std::numbers::pi / frequency;
    const double low = rope.original_max_position / rope.low_freq_factor;
    const double high = rope.original_max_position / rope.high_freq_factor;
    if (wavelength < high) {
      factors.push_back(1);
    } else if (wavelength > low) {
      factors.push_back(rope.factor);
    } else {
      const double smooth = (rope.original_max_position / wavelength - rope.low_freq_factor) /
                            (rope.high_freq_factor - rope.low_freq_factor);
      factors.push_back(1 / ((1 - smooth) / rope.factor + smooth));
    }
  }
  return factors;
}

/// GGUF keeps only the resulting factors, in a tensor. Llama 3's published parameters are tried against them.
RopeScaling recover_llama3(const Gguf& gguf, const ModelConfig& config, const TensorView& view) {
  std::vector<float> stored(static_cast<std::size_t>(view.elements()));
  to_float32(view, stored);
  RopeScaling rope;
  rope.type = "llama3";
  rope.original_max_position = 8192;
  rope.factor = shortest(stored.empty() ? 1 : stored.back());  // the longest wave is scaled by the whole factor
  const std::vector<double> expected = llama3_factors(config, rope);
  bool same = expected.size() == stored.size();
  for (std::size_t i = 0; same && i < stored.size(); ++i)
    same = std::fabs(expected[i] - stored[i]) <= 1e-3 * expected[i];
  if (!same) {
    throw InputError(
        fmt::format("{}: the rotary factors in '{}' are not those of Llama 3's scaling, and others are not supported",
                    gguf.path().string(), view.name));
  }
  return rope;
}

RopeScaling read_scaling(const Gguf& gguf, const Keys& keys, const ModelConfig& config) {
  if (const TensorView* view = gguf.find_tensor("rope_freqs.weight")) return recover_llama3(gguf, config, *view);
  RopeScaling rope;
  const std::string type = keys.string_or("rope.scaling.type", "none");
  if (type == "none") return rope;
  if (type != "linear" && type != "yarn") {
    throw InputError(fmt::format("{}: rope scaling '{}' is not supported in GGUF files", gguf.path().string(), type));
  }
  rope.type = type;
  rope.factor = keys.number_or("rope.scaling.factor", 1);
  rope.original_max_position = keys.count_or("rope.scaling.original_context_length", 0);
  return rope;
}

void read_tensor_facts(const Gguf& gguf, ModelConfig& config) {
  config.tied_embeddings = gguf.find_tensor("output.weight") == nullptr;
  config.qkv_bias = gguf.find_tensor("blk.0.attn_q.bias") != nullptr;
  config.output_bias = gguf.find_tensor("blk.0.attn_output.bias") != nullptr;
  config.mlp_bias = gguf.find_tensor("blk.0.ffn_up.bias") != nullptr;
  const TensorView* embedding = gguf.find_tensor("token_embd.weight");
  if (embedding == nullptr || embedding->shape.size() != 2) {
    throw InputError(fmt::format("{}: tensor 'token_embd.weight' is missing", gguf.path().string()),
                     "a vocabulary without weights?");
  }
  config.vocab_size = embedding->shape[0] <= (1 << 30) ? static_cast<int>(embedding->shape[0]) : -1;
}

}  // namespace

ModelConfig gguf_model_config(const Gguf& gguf) {
  const Architecture& architecture = find_architecture(gguf);
  const Keys keys(gguf, std::string(architecture.gguf) + ".");
  if (keys.count_or("expert_count", 0) > 0) {
    throw InputError(fmt::format("{}: mixtures of experts are not supported", gguf.path().string()));
  }
  const int window = keys.count_or("attention.sliding_window", 0);
  if (window > 0 && window < keys.count("context_length")) {
    throw InputError(
        fmt::format("{}: attention to a sliding window is not supported in GGUF files", gguf.path().string()),
        "pull the model in Hugging Face layout instead");
  }
  ModelConfig config;
  config.architecture = architecture.hf;
  config.model_type = architecture.model_type;
  config.qk_norm = architecture.qk_norm;
  config.hidden_size = keys.count("embedding_length");
  config.intermediate_size = keys.count("feed_forward_length");
  config.layers = keys.count("block_count");
  config.heads = keys.count("attention.head_count");
  config.kv_heads = keys.count_or("attention.head_count_kv", config.heads);
  const int even_split = config.heads > 0 ? config.hidden_size / config.heads : 0;
  config.head_size = keys.count_or("attention.key_length", keys.count_or("rope.dimension_count", even_split));
  if (keys.count_or("rope.dimension_count", config.head_size) != config.head_size) {
    throw InputError(fmt::format("{}: rotary positions on part of a head are not supported", gguf.path().string()));
  }
  config.max_position = keys.count("context_length");
  config.rms_epsilon = keys.number_or("attention.layer_norm_rms_epsilon", 1e-5);
  config.rope_theta = keys.number_or("rope.freq_base", 10000);
  config.dtype = "bfloat16";
  read_tensor_facts(gguf, config);
  check_model_config(config, gguf.path().string());
  config.rope_scaling = read_scaling(gguf, keys, config);
  if (gguf.has("tokenizer.ggml.tokens")) {
    const GgufSpecialTokens special = gguf_special_tokens(gguf);
    if (special.bos) config.bos_ids = {*special.bos};
    config.eos_ids = special.stop_ids;
  }
  check_model_config(config, gguf.path().string());
  return config;
}

}  // namespace llmops::model
