// Writes a checkpoint as GGUF in a smaller number format.
#include "quant/quantize_checkpoint.h"

#include <ATen/Parallel.h>
#include <fmt/format.h>

#include <chrono>
#include <cstring>

#include "core/cancel.h"
#include "core/error.h"
#include "core/files.h"
#include "core/process.h"
#include "core/spelling.h"
#include "model/gguf_checkpoint.h"
#include "model/lora.h"
#include "quant/gguf_model_keys.h"
#include "quant/gguf_tokenizer_keys.h"
#include "quant/quality.h"
#include "quant/weight_source.h"

namespace llmops::quant {
namespace {

using model::DType;

struct Scheme {
  const char* name;
  DType weights;            ///< of matrices
  DType embeddings;         ///< of token_embd and output
  std::uint32_t file_type;  ///< general.file_type
};

/// Embeddings stay at 8 bits under q4_0: they are also the output head of tied models, where 4 bits show at once, and
/// llama.cpp's own tool keeps them larger too.
constexpr Scheme kSchemes[] = {
    {"q8_0", DType::kQ8_0, DType::kQ8_0, 7},  {"q4_0", DType::kQ4_0, DType::kQ8_0, 2},
    {"bf16", DType::kBF16, DType::kBF16, 32}, {"f16", DType::kF16, DType::kF16, 1},
    {"f32", DType::kF32, DType::kF32, 0},
};

const Scheme& find_scheme(const std::string& given) {
  const std::string name = given == "int8" ? "q8_0" : given == "int4" ? "q4_0" : given;
  std::vector<std::string> known;
  for (const Scheme& scheme : kSchemes) {
    if (name == scheme.name) return scheme;
    known.emplace_back(scheme.name);
  }
  throw UsageError(fmt::format("unknown scheme '{}'", given),
                   did_you_mean(given, known, "known are q8_0, q4_0, bf16, f16 and f32"));
}

/// Norms and biases stay float32; rows that are no whole number of blocks fall back to half precision.
DType choose_dtype(const Scheme& scheme, const SourceWeight& weight) {
  if (weight.shape.size() < 2) return DType::kF32;
  const bool embedding = weight.name == "model.embed_tokens.weight" || weight.name == "lm_head.weight";
  const DType wanted = embedding ? scheme.embeddings : scheme.weights;
  return weight.shape.back() % model::block_elements(wanted) == 0 ? wanted : DType::kF16;
}

template <typename Stored, typename Convert>
std::vector<std::byte> encode_each(std::span<const float> values, Convert convert) {
  std::vector<std::byte> bytes(values.size() * sizeof(Stored));
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Stored stored = convert(values[i]);
    std::memcpy(bytes.data() + i * sizeof stored, &stored, sizeof stored);
  }
  return bytes;
}

std::vector<std::byte> encode(DType dtype, std::span<const float> values) {
  switch (dtype) {
    case DType::kQ8_0: return encode_q8_0(values);
    case DType::kQ4_0: return encode_q4_0(values);
    case DType::kF16: return encode_each<std::uint16_t>(values, model::float_to_half);
    case DType::kBF16: return encode_each<std::uint16_t>(values, model::float_to_bfloat16);
    default: return encode_each<float>(values, [](float value) { return value; });
  }
}

/// llama.cpp's llama architecture rotates neighbouring rows where Hugging Face rotates the halves of a head: row j D/2
/// + i of each head goes to row 2 i + j.
std::vector<float> permute_rows(const std::vector<float>& values, std::size_t rows, std::size_t heads) {
  const std::size_t columns = values.size() / rows, size = rows / heads;
  std::vector<float> permuted(values.size());
  for (std::size_t row = 0; row < rows; ++row) {
    const std::size_t within = row % size, half = within / (size / 2), index = within % (size / 2);
    const std::size_t target = row - within + 2 * index + half;
    std::copy_n(values.begin() + static_cast<std::ptrdiff_t>(row * columns), columns,
                permuted.begin() + static_cast<std::ptrdiff_t>(target * columns));
  }
  return permuted;
}

int permuted_heads(const model::ModelConfig& config, const std::string& name) {
  if (gguf_architecture(config) != "llama") return 0;
  if (name.find(".q_proj.") != std::string::npos) return config.heads;
  return name.find(".k_proj.") != std::string::npos ? config.kv_heads : 0;
}

model::GgufTensorToWrite to_write(const model::ModelConfig& config, const Scheme& scheme, const SourceWeight& weight,
                                  std::uint64_t& done, Progress& progress) {
  const DType dtype = choose_dtype(scheme, weight);
  const auto make = [&progress, &done, &weight, dtype, heads = permuted_heads(config, weight.name)] {
    throw_if_cancelled();
    std::vector<float> values = weight.read();
    if (heads > 0) {
      values = permute_rows(values, static_cast<std::size_t>(weight.shape[0]), static_cast<std::size_t>(heads));
    }
    progress.update(done += values.size());
    return encode(dtype, values);
  };
  return {model::hf_to_gguf_name(weight.name), dtype, weight.shape, make};
}

struct Written {
  std::uint64_t weights = 0;  ///< parameters
  std::uint64_t tensor_bytes = 0;
};

Written write(const QuantizeOptions& options, const Scheme& scheme, Progress& progress) {
  const model::ModelConfig config = model::read_model_config(options.model);
  const std::string name = std::filesystem::weakly_canonical(options.model).filename().string();
  std::vector<model::GgufKey> keys = gguf_model_keys(config, name, scheme.file_type);
  for (model::GgufKey& key : gguf_tokenizer_keys(options.model, config.vocab_size)) keys.push_back(std::move(key));
  const std::vector<SourceWeight> weights = open_weights(options.model, options.adapter);
  std::vector<model::GgufTensorToWrite> tensors;
  Written written;
  std::uint64_t done = 0;
  for (const SourceWeight& weight : weights) {
    tensors.push_back(to_write(config, scheme, weight, done, progress));
    std::uint64_t elements = 1;
    for (const std::int64_t size : weight.shape) elements *= static_cast<std::uint64_t>(size);
    written.weights += elements;
    written.tensor_bytes += model::tensor_bytes(tensors.back().dtype, elements);
  }
  if (const auto divisors = gguf_rotary_divisors(config); !divisors.empty()) {
    tensors.push_back({"rope_freqs.weight", DType::kF32, {static_cast<std::int64_t>(divisors.size())}, [divisors] {
                         return encode(DType::kF32, divisors);
                       }});
  }
  progress.start("quantizing", written.weights, "weights");
  model::write_gguf(options.output, keys, tensors);
  progress.finish();
  return written;
}

QualityReport compare(const QuantizeOptions& options, Progress& progress) {
  at::set_num_threads(options.threads > 0 ? options.threads : available_processors());
  const std::string text = read_file(options.quality_text, std::uint64_t{1} << 30);
  model::Decoder original = model::Decoder::load(options.model, at::kFloat);
  if (!options.adapter.empty()) {
    model::load_lora(original, options.adapter);
    model::merge_lora(original);
  }
  const model::Decoder quantized = model::Decoder::load(options.output, at::kFloat);
  return measure_quality(original, quantized, *text::load_tokenizer(options.model), text, options.quality_tokens,
                         options.context, progress);
}

/// What is checked before minutes are spent.
void check_options(const QuantizeOptions& options) {
  if (!std::filesystem::is_directory(options.model)) {
    throw InputError(fmt::format("'{}' is not a Hugging Face folder", options.model),
                     "quantize starts from full-precision weights, not from a GGUF file");
  }
  if (std::filesystem::is_directory(options.output)) {
    throw UsageError(fmt::format("output '{}' is a folder", options.output), "name the .gguf file to create");
  }
  if (!options.quality_text.empty() && !std::filesystem::exists(options.quality_text)) {
    throw NotFoundError(fmt::format("no text file at '{}'", options.quality_text));
  }
}

}  // namespace

QuantizeReport quantize_checkpoint(const QuantizeOptions& options, Progress& progress) {
  const Scheme& scheme = find_scheme(options.scheme);
  check_options(options);
  const auto begin = std::chrono::steady_clock::now();
  QuantizeReport report;
  report.output = options.output;
  report.scheme = scheme.name;
  const Written written = write(options, scheme, progress);
  for (const auto& entry : std::filesystem::directory_iterator(options.model)) {
    if (entry.path().extension() == ".safetensors") report.bytes_in += entry.file_size();
  }
  report.bytes_out = size_on_disk(options.output);
  report.bits_per_weight = 8.0 * static_cast<double>(written.tensor_bytes) / static_cast<double>(written.weights);
  if (!options.quality_text.empty()) report.quality = compare(options, progress);
  report.wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return report;
}

}  // namespace llmops::quant
