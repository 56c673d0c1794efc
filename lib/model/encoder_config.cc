// Reading an encoder's config.json: which families we run, and what each calls its settings.
#include "model/encoder_config.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <utility>

#include "core/error.h"
#include "core/spelling.h"

namespace llmops::model {

constexpr EncoderNames kBertNames = {"encoder.layer.{}.",    "attention.self.query",   "attention.self.key",
                                     "attention.self.value", "attention.output.dense", "attention.output.LayerNorm",
                                     "intermediate.dense",   "output.dense",           "output.LayerNorm"};
constexpr EncoderNames kDistilNames = {"transformer.layer.{}.", "attention.q_lin", "attention.k_lin", "attention.v_lin",
                                       "attention.out_lin",     "sa_layer_norm",   "ffn.lin1",        "ffn.lin2",
                                       "output_layer_norm"};
constexpr EncoderNames kMpnetNames = {"encoder.layer.{}.",  "attention.attn.q", "attention.attn.k",
                                      "attention.attn.v",   "attention.attn.o", "attention.LayerNorm",
                                      "intermediate.dense", "output.dense",     "output.LayerNorm"};

/// What a family calls its settings.
struct EncoderKeys {
  const char *hidden = "hidden_size", *intermediate = "intermediate_size", *layers = "num_hidden_layers",
             *heads = "num_attention_heads", *activation = "hidden_act";
};
constexpr EncoderKeys kDistilKeys = {"dim", "hidden_dim", "n_layers", "n_heads", "activation"};

constexpr int kFromZero = -1;  ///< positions do not depend on padding
constexpr int kFromConfig = -2;

struct EncoderFamily {
  const char* model_type;
  const char* architecture;
  const char* prefix;
  const EncoderNames* names = &kBertNames;
  EncoderKeys keys = {};
  int padding_id = kFromZero;  ///< that its positions are counted from
  bool token_types = true;
  bool relative_positions = false;
  bool separate_embedding_size = false;
};

namespace {

constexpr int kRobertaPadding = 1;

constexpr EncoderFamily kFamilies[] = {
    {"bert", "BertModel", "bert."},
    {"roberta", "RobertaModel", "roberta.", &kBertNames, {}, kFromConfig},
    {"xlm-roberta", "XLMRobertaModel", "roberta.", &kBertNames, {}, kFromConfig},
    {"camembert", "CamembertModel", "roberta.", &kBertNames, {}, kFromConfig},
    {"distilbert", "DistilBertModel", "distilbert.", &kDistilNames, kDistilKeys, kFromZero, /*token_types=*/false},
    {"mpnet",
     "MPNetModel",
     "mpnet.",
     &kMpnetNames,
     {},
     kRobertaPadding,
     /*token_types=*/false,
     /*relative_positions=*/true},
    {"electra",
     "ElectraModel",
     "electra.",
     &kBertNames,
     {},
     kFromZero,
     /*token_types=*/true,
     /*relative_positions=*/false,
     /*separate_embedding_size=*/true},
};

constexpr std::pair<const char*, Activation> kActivations[] = {
    {"gelu", Activation::kGelu},          {"gelu_python", Activation::kGelu},
    {"gelu_new", Activation::kGeluTanh},  {"gelu_pytorch_tanh", Activation::kGeluTanh},
    {"gelu_fast", Activation::kGeluTanh}, {"relu", Activation::kRelu},
    {"silu", Activation::kSilu},          {"swish", Activation::kSilu},
};

/// `model_type`, as transformers finds a model's class; else the architecture.
std::string named_kind(const Json& config) {
  if (!config.is_object()) return "";
  if (const auto type = config.find("model_type"); type != config.end() && type->is_string())
    return type->get<std::string>();
  const auto list = config.find("architectures");
  const bool named = list != config.end() && list->is_array() && !list->empty() && list->front().is_string();
  return named ? list->front().get<std::string>() : "";
}

const EncoderFamily* lookup_family(const std::string& kind) {
  for (const EncoderFamily& family : kFamilies) {
    if (kind == family.model_type || kind == family.architecture) return &family;
  }
  return nullptr;
}

const EncoderFamily& find_encoder_family(const Json& config, const std::string& origin) {
  if (!config.is_object()) throw InputError(fmt::format("{}: expected a JSON object", origin));
  const std::string kind = named_kind(config);
  if (kind.empty()) throw_json_missing("model_type", origin);
  if (const EncoderFamily* family = lookup_family(kind)) return *family;
  std::vector<std::string> known;
  for (const EncoderFamily& family : kFamilies) known.emplace_back(family.model_type);
  throw InputError(fmt::format("{}: '{}' is not an encoder that is supported", origin, kind),
                   did_you_mean(kind, known, fmt::format("supported are {}", fmt::join(known, ", "))));
}

/// JSON's own conversion would wrap silently.
int read_count(const Json& config, const char* key, int lowest, const std::string& origin) {
  const auto found = config.find(key);
  if (found == config.end() || found->is_null()) throw_json_missing(key, origin);
  if (!found->is_number_integer()) throw_json_type(key, *found, origin);
  constexpr int kMax = 1 << 26;  // generous, and no product of two sizes overflows 64 bits
  const bool fits = found->is_number_unsigned() ? found->get<std::uint64_t>() <= std::uint64_t{kMax}
                                                : found->get<std::int64_t>() >= lowest;
  if (!fits || found->get<std::int64_t>() < lowest)
    throw InputError(fmt::format("{}: '{}' is {}, expected {} to {}", origin, key, found->dump(), lowest, kMax));
  return found->get<int>();
}

int read_count_or(const Json& config, const char* key, int fallback, int lowest, const std::string& origin) {
  const auto found = config.find(key);
  return found == config.end() || found->is_null() ? fallback : read_count(config, key, lowest, origin);
}

Activation read_activation(const Json& config, const char* key, const std::string& origin) {
  const auto name = json_get_or<std::string>(config, key, "gelu", origin);
  std::vector<std::string> known;
  for (const auto& [spelling, activation] : kActivations) {
    if (name == spelling) return activation;
    known.emplace_back(spelling);
  }
  throw InputError(fmt::format("{}: '{}' is '{}', which is not supported", origin, key, name),
                   did_you_mean(name, known, fmt::format("supported are {}", fmt::join(known, ", "))));
}

void refuse_unsupported(const Json& json, const std::string& origin) {
  const auto positions = json_get_or<std::string>(json, "position_embedding_type", "absolute", origin);
  if (positions != "absolute") {
    throw InputError(fmt::format("{}: 'position_embedding_type' is '{}', supported is 'absolute'", origin, positions));
  }
}

void check_sizes(const EncoderConfig& config, const EncoderKeys& keys, const std::string& origin) {
  if (config.hidden_size % config.heads != 0) {
    throw InputError(fmt::format("{}: '{}' {} does not divide '{}' {}", origin, keys.heads, config.heads, keys.hidden,
                                 config.hidden_size));
  }
  if (config.layers > 10'000 || config.hidden_size > (1 << 20) || config.intermediate_size > (1 << 22))
    throw InputError(fmt::format("{}: the model's sizes are implausible (larger than any known model)", origin));
  if (config.max_tokens() < 1) {
    throw InputError(fmt::format("{}: 'max_position_embeddings' {} leaves no position, the first is {}", origin,
                                 config.position_rows, config.padding_id + 1));
  }
  if (!(config.norm_epsilon > 0 && config.norm_epsilon < 1))
    throw InputError(fmt::format("{}: 'layer_norm_eps' must be between 0 and 1", origin));
  constexpr int kBuckets = 32;  // MPNet's code takes no other count, whatever its configuration says
  if (config.family->relative_positions && config.relative_buckets < kBuckets) {
    throw InputError(fmt::format("{}: 'relative_attention_num_buckets' is {}, expected at least {}", origin,
                                 config.relative_buckets, kBuckets));
  }
}

}  // namespace

bool is_encoder(const Json& config) { return lookup_family(named_kind(config)) != nullptr; }

EncoderConfig parse_encoder_config(const Json& json, const std::string& origin) {
  const EncoderFamily& family = find_encoder_family(json, origin);
  refuse_unsupported(json, origin);
  const EncoderKeys& keys = family.keys;
  EncoderConfig config;
  config.family = &family;
  config.names = family.names;
  config.prefix = family.prefix;
  config.architecture = family.architecture;
  config.model_type = family.model_type;
  config.vocab_size = read_count(json, "vocab_size", 1, origin);
  config.hidden_size = read_count(json, keys.hidden, 1, origin);
  config.intermediate_size = read_count(json, keys.intermediate, 1, origin);
  config.layers = read_count(json, keys.layers, 1, origin);
  config.heads = read_count(json, keys.heads, 1, origin);
  config.embedding_size = config.hidden_size;
  if (family.separate_embedding_size)
    config.embedding_size = read_count_or(json, "embedding_size", config.hidden_size, 1, origin);
  config.position_rows = read_count_or(json, "max_position_embeddings", 512, 1, origin);
  if (family.token_types) config.token_types = read_count_or(json, "type_vocab_size", 2, 1, origin);
  if (family.relative_positions)
    config.relative_buckets = read_count_or(json, "relative_attention_num_buckets", 32, 1, origin);
  config.padding_id = family.padding_id == kFromConfig ? read_count_or(json, "pad_token_id", kRobertaPadding, 0, origin)
                                                       : family.padding_id;
  config.norm_epsilon = json_get_or<double>(json, "layer_norm_eps", 1e-12, origin);
  config.activation = read_activation(json, keys.activation, origin);
  check_sizes(config, keys, origin);
  return config;
}

EncoderConfig read_encoder_config(const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / "config.json";
  return parse_encoder_config(read_json_file(file), file.string());
}

}  // namespace llmops::model
