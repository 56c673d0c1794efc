// Loading the inference decoder.
#include <fmt/format.h>

#include <algorithm>

#include "core/cancel.h"
#include "core/error.h"
#include "core/process.h"
#include "model/inference/pack_weights.h"
#include "model/inference/packed_decoder.h"
#include "model/lora_weights.h"
#include "ops/kernels.h"

namespace llmops::model {
namespace {

std::optional<ops::PackedFormat> dense_format(const std::string& dtype) {
  if (dtype.empty() || dtype == "auto") return std::nullopt;
  if (dtype == "float32") return ops::PackedFormat::kF32;
  if (dtype == "bfloat16") return ops::PackedFormat::kBf16;
  throw UsageError(fmt::format("dtype '{}' is not one of inference", dtype), "known are auto, float32 and bfloat16");
}

/// Groups of (queries, key, value) heads become all queries, all keys, all values: which stored row each row is.
std::vector<std::size_t> rows_apart(const ModelConfig& config) {
  const int kv_heads = config.kv_heads, group = config.heads / kv_heads, size = config.head_size;
  std::vector<std::size_t> rows;
  const auto add_head = [&](int kv, int member) {
    const auto first = static_cast<std::size_t>((kv * (group + 2) + member) * size);
    for (int row = 0; row < size; ++row) rows.push_back(first + static_cast<std::size_t>(row));
  };
  for (int head = 0; head < config.heads; ++head) add_head(head / group, head % group);
  for (const int member : {group, group + 1}) {
    for (int kv = 0; kv < kv_heads; ++kv) add_head(kv, member);
  }
  return rows;
}

/// Row i is row order[i] of `values`.
std::vector<float> reordered(const std::vector<float>& values, const std::vector<std::size_t>& order) {
  const std::size_t cols = values.size() / order.size();
  std::vector<float> found;
  found.reserve(values.size());
  for (const std::size_t row : order) {
    const auto first = values.begin() + static_cast<std::ptrdiff_t>(row * cols);
    found.insert(found.end(), first, first + static_cast<std::ptrdiff_t>(cols));
  }
  return found;
}

int thread_count(const InferenceOptions& options) {
  return options.threads > 0 ? options.threads : available_processors();
}

/// A matrix as the adapter has it, else as the files have it.
StoredRows rows_of(const StoredWeights& weights, const SavedWeights& saved, const ExpectedTensor& tensor) {
  const auto own = saved.find(tensor.name);
  if (own != saved.end()) {
    StoredRows rows;
    rows.view = {tensor.name, DType::kF32, tensor.shape, std::as_bytes(std::span<const float>(own->second))};
    rows.transposed = tensor.transposed;
    return rows;
  }
  return weights.rows(stored_tensor(weights.config(), tensor));
}

std::size_t bytes_of(const std::vector<float>& values) { return values.size() * sizeof(float); }

}  // namespace

std::unique_ptr<InferenceDecoder> InferenceDecoder::load(const std::filesystem::path& path,
                                                         const InferenceOptions& options) {
  return std::make_unique<PackedDecoder>(StoredWeights(path), options);
}

PackedDecoder::PackedDecoder(const StoredWeights& weights, const InferenceOptions& options)
    : config_(weights.config()),
      dense_(dense_format(options.dtype)),
      pool_(options.pool != nullptr ? *options.pool : own_pool_.emplace(thread_count(options))),
      step_(config_, pool_) {
  LoraAdapter adapter;
  if (!options.adapter.empty()) adapter = read_lora(options.adapter, config_);
  config_ = with_kept_weights(std::move(config_), adapter.saved);
  build();
  for (const ExpectedTensor& tensor : expected_tensors(config_)) {
    throw_if_cancelled();
    read_tensor({weights, adapter.saved}, tensor);
  }
  if (options.adapter.empty()) return;
  default_adapter_ = true;
  only_adapter_ = !adapter.saved.empty();
  adapters_.push_back(pack(options.adapter, std::move(adapter)));
}

void PackedDecoder::build() {
  layers_.resize(static_cast<std::size_t>(config_.layers));
  const auto set_up = [&](RowNorm& norm, Part part, int layer) {
    norm.present = has_part(config_, part, layer);
    norm.kind = config_.norm;
    norm.epsilon = static_cast<float>(config_.norm_epsilon);
  };
  set_up(embedding_norm_, Part::kEmbeddingNorm, -1);
  set_up(final_norm_, Part::kFinalNorm, -1);
  for (int i = 0; i < config_.layers; ++i) {
    PackedLayer& layer = layers_[static_cast<std::size_t>(i)];
    if (config_.layer_options[static_cast<std::size_t>(i)].experts) {
      layer.experts.resize(static_cast<std::size_t>(config_.experts));
    }
    for (const Part part :
         {Part::kAttentionIn, Part::kAttentionOut, Part::kMlpIn, Part::kMlpOut, Part::kQueryNorm, Part::kKeyNorm}) {
      set_up(*layer.norm(part), part, i);
    }
  }
  if (config_.qkv_layout == QkvLayout::kGrouped) query_rows_ = rows_apart(config_);
  if (config_.turns_heads()) {
    rotary_ = RotaryFrequencies(config_);
    if (config_.local_rope_theta > 0) local_rotary_ = RotaryFrequencies(with_local_positions(config_));
  }
}

PackedLinear& PackedDecoder::linear_of(const ExpectedTensor& tensor) {
  if (tensor.part == Part::kHead) return head_;
  return *layers_.at(static_cast<std::size_t>(tensor.layer)).linear(tensor.part, tensor.expert);
}

RowNorm* PackedDecoder::norm_of(const ExpectedTensor& tensor) {
  if (tensor.part == Part::kEmbeddingNorm) return &embedding_norm_;
  if (tensor.part == Part::kFinalNorm) return &final_norm_;
  return tensor.layer < 0 ? nullptr : layers_.at(static_cast<std::size_t>(tensor.layer)).norm(tensor.part);
}

ops::PackedMatrix PackedDecoder::read_matrix(const Sources& sources, const ExpectedTensor& tensor) {
  StoredRows rows = rows_of(sources.weights, sources.saved, tensor);
  if (tensor.part == Part::kQkv && !query_rows_.empty()) {
    std::vector<std::size_t> order;
    for (const std::size_t row : query_rows_) order.push_back(rows.row(static_cast<std::int64_t>(row)));
    rows.order = std::move(order);
  }
  ops::PackedMatrix matrix = pack_weights(rows, packed_format(rows, dense_), pool_);
  weight_bytes_ += matrix.bytes();
  if (ops::kernels().bfloat16_use(matrix.format()) == ops::Bfloat16Use::kPrompts) tells_prompts_apart_ = true;
  return matrix;
}

std::vector<float> PackedDecoder::read_values(const Sources& sources, const ExpectedTensor& tensor) {
  const auto saved = sources.saved.find(tensor.name);
  std::vector<float> values = saved != sources.saved.end() ? saved->second : sources.weights.values(tensor);
  if (tensor.part == Part::kQkv && !query_rows_.empty()) values = reordered(values, query_rows_);
  weight_bytes_ += bytes_of(values);
  return values;
}

void PackedDecoder::read_tensor(const Sources& sources, const ExpectedTensor& tensor) {
  if (RowNorm* norm = norm_of(tensor)) {
    std::vector<float>& slot = tensor.bias ? norm->bias : norm->gain;
    slot = read_values(sources, tensor);
    if (!tensor.bias && config_.norm == NormKind::kRmsPlusOne) {
      for (float& value : slot) value += 1;
    }
  } else if (tensor.part == Part::kEmbedding) {
    embedding_ = read_matrix(sources, tensor);
  } else if (tensor.part == Part::kPositions) {
    positions_ = read_matrix(sources, tensor);
  } else if (tensor.bias) {
    linear_of(tensor).bias = read_values(sources, tensor);
  } else {
    PackedLinear& linear = linear_of(tensor);
    linear.weight = read_matrix(sources, tensor);
    if (tensor.layer < 0) return;
    linear.index = static_cast<int>(linears_.size());
    linears_.push_back({tensor.name.substr(0, tensor.name.rfind('.')), tensor.part, &linear.weight});
  }
}

int PackedDecoder::add_adapter(const std::filesystem::path& directory) {
  LoraAdapter found = read_lora(directory, config_);
  if (only_adapter_ || !found.saved.empty()) {
    throw InputError(fmt::format("adapter '{}' cannot stand beside others: {} keeps whole modules of its own",
                                 directory.string(), only_adapter_ ? "'" + adapters_[0]->path + "'" : "it"),
                     "merge it into a model of its own: llmops merge");
  }
  adapters_.push_back(pack(directory, std::move(found)));
  return static_cast<int>(adapters_.size()) - 1;
}

std::unique_ptr<PackedAdapter> PackedDecoder::pack(const std::filesystem::path& directory, LoraAdapter found) {
  auto adapter = std::make_unique<PackedAdapter>();
  adapter->path = directory.string();
  adapter->layers.resize(linears_.size());
  for (std::size_t i = 0; i < linears_.size(); ++i) {
    const auto layer = found.layers.find(linears_[i].path);
    if (layer == found.layers.end()) continue;
    LoraWeights& lora = layer->second;
    if (linears_[i].part == Part::kQkv && !query_rows_.empty()) {
      for (std::vector<float>* values : {&lora.b, &lora.bias, &lora.magnitude}) {
        if (!values->empty()) *values = reordered(*values, query_rows_);
      }
    }
    adapter->layers[i] = pack_adapter(lora, *linears_[i].weight, pool_);
  }
  return adapter;
}

}  // namespace llmops::model
