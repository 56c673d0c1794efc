// Loading a decoder from a Hugging Face folder or a GGUF file.
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <set>

#include "core/cancel.h"
#include "core/log.h"
#include "model/checkpoint.h"
#include "model/checkpoint_check.h"
#include "model/decoder.h"
#include "model/gguf_checkpoint.h"
#include "model/mapped_pages.h"
#include "model/reward_config.h"
#include "model/saved_modules.h"

namespace llmops::model {
namespace {

/// libtorch's name for formats it can convert by itself, vectorised and on all threads.
std::optional<at::ScalarType> torch_dtype(DType dtype) {
  switch (dtype) {
    case DType::kF32: return at::kFloat;
    case DType::kF16: return at::kHalf;
    case DType::kBF16: return at::kBFloat16;
    case DType::kF64: return at::kDouble;
    default: return std::nullopt;
  }
}

at::Tensor read_view(const TensorView& view, at::ScalarType dtype) {
  const auto stored = torch_dtype(view.dtype);
  at::Tensor tensor = at::empty(view.shape, at::TensorOptions(stored.value_or(at::kFloat)));
  if (stored) {
    std::memcpy(tensor.data_ptr(), view.bytes.data(), view.bytes.size());
  } else {
    to_float32(view, {tensor.data_ptr<float>(), static_cast<std::size_t>(tensor.numel())});
  }
  return tensor.to(dtype);
}

void report_unused(const std::string& origin, const std::vector<TensorView>& tensors,
                   const std::set<std::string>& used) {
  for (const TensorView& view : tensors) {
    if (!used.contains(view.name)) log_debug(fmt::format("{}: tensor '{}' is not used", origin, view.name));
  }
}

/// Takes a tensor of a checkpoint to where it is kept.
using Store = std::function<void(const ExpectedTensor&, at::Tensor)>;

void read_safetensors(const std::filesystem::path& path, const ModelConfig& config, at::ScalarType dtype,
                      const Store& store) {
  const Checkpoint file = Checkpoint::open(path);
  std::set<std::string> used;
  for (const ExpectedTensor& expected : expected_tensors(config)) {
    throw_if_cancelled();
    const TensorView& view = find_weight(file, config, expected);
    store(expected, read_view(view, dtype));
    if (file.format() == "safetensors") release_pages(view.bytes);
    used.insert(view.name);
  }
  report_unused(path.string(), file.tensors(), used);
}

/// Quantized blocks become `dtype` here; kernels of lib/ops that multiply with the blocks as stored are to replace
/// this.
void read_gguf(const Gguf& gguf, const ModelConfig& config, at::ScalarType dtype, const Store& store) {
  for (const ExpectedTensor& expected : expected_tensors(config)) {
    throw_if_cancelled();
    const at::Tensor values = at::empty(expected.shape, at::kFloat);
    read_gguf_tensor(gguf, config, expected, {values.data_ptr<float>(), static_cast<std::size_t>(values.numel())});
    store(expected, values.to(dtype));
  }
}

}  // namespace

void Decoder::build(ModelConfig config, at::ScalarType dtype) {
  config_ = std::move(config);
  dtype_ = dtype;
  layers_.resize(config_.layers);
  const auto set_up = [&](Norm& norm, Part part, int layer) {
    norm.present = has_part(config_, part, layer);
    norm.kind = config_.norm;
    norm.epsilon = config_.norm_epsilon;
  };
  set_up(embedding_norm_, Part::kEmbeddingNorm, -1);
  set_up(final_norm_, Part::kFinalNorm, -1);
  for (int i = 0; i < config_.layers; ++i) {
    if (config_.layer_options[i].experts) layers_[i].experts.experts.resize(config_.experts);
    for (const Part part :
         {Part::kAttentionIn, Part::kAttentionOut, Part::kMlpIn, Part::kMlpOut, Part::kQueryNorm, Part::kKeyNorm}) {
      set_up(*layers_[i].norm(part), part, i);
    }
  }
  head_ = {{}, {}, config_.logit_scale, config_.logit_softcap};
  rotary_ = Rotary(config_);
  if (config_.local_rope_theta > 0) local_rotary_ = Rotary(with_local_positions(config_));
}

at::Tensor& Decoder::slot(const ExpectedTensor& tensor) {
  const auto of_norm = [&](Norm& norm) -> at::Tensor& { return tensor.bias ? norm.bias : norm.weight; };
  switch (tensor.part) {
    case Part::kEmbedding: return embedding_;
    case Part::kPositions: return positions_;
    case Part::kEmbeddingNorm: return of_norm(embedding_norm_);
    case Part::kFinalNorm: return of_norm(final_norm_);
    case Part::kHead: return tensor.bias ? head_.bias : head_.weight;
    default: break;
  }
  if (Norm* norm = layers_.at(static_cast<std::size_t>(tensor.layer)).norm(tensor.part)) return of_norm(*norm);
  Linear& linear = *linear_of(tensor);
  return tensor.bias ? linear.bias : linear.weight;
}

Linear* Decoder::linear_of(const ExpectedTensor& tensor) {
  if (tensor.layer < 0 || is_norm(tensor.part)) return nullptr;
  return layers_.at(static_cast<std::size_t>(tensor.layer)).linear(tensor.part, tensor.expert);
}

void Decoder::prepare_norms() {
  embedding_norm_.prepare();
  final_norm_.prepare();
  for (DecoderLayer& layer : layers_) {
    for (Norm* norm :
         {&layer.attention_in, &layer.attention_out, &layer.mlp_in, &layer.mlp_out, &layer.q_norm, &layer.k_norm}) {
      norm->prepare();
    }
  }
}

Decoder Decoder::load(const std::filesystem::path& path, at::ScalarType dtype, BaseFormat format, at::Device device) {
  Decoder decoder;
  const Store store = [&decoder, format, device](const ExpectedTensor& expected, at::Tensor tensor) {
    if (expected.transposed) tensor = tensor.t().contiguous();
    Linear* linear = format == BaseFormat::kDense ? nullptr : decoder.linear_of(expected);
    if (linear == nullptr || expected.bias || expected.part == Part::kRouter) {
      decoder.slot(expected) = tensor.to(device);
    } else {
      linear->quantized = c10::make_intrusive<QuantizedWeight>(tensor, format, device);
    }
  };
  if (std::filesystem::is_directory(path)) {
    decoder.build(read_model_config(path), dtype);
    read_safetensors(path, decoder.config_, dtype, store);
  } else {
    const Gguf gguf = Gguf::open(path);
    decoder.build(gguf_model_config(gguf), dtype);
    read_gguf(gguf, decoder.config_, dtype, store);
  }
  if (decoder.config_.tied_embeddings) decoder.head_.weight = decoder.embedding_;
  decoder.prepare_norms();
  return decoder;
}

std::map<std::string, Linear*> Decoder::linears() {
  std::map<std::string, Linear*> found;
  for (const ExpectedTensor& tensor : expected_tensors(config_)) {
    if (tensor.bias || tensor.layer < 0 || is_norm(tensor.part)) continue;
    const std::string path = tensor.name.substr(0, tensor.name.rfind('.'));
    found[path] = linear_of(tensor);
  }
  return found;
}

at::Tensor Decoder::dense_weight(const ExpectedTensor& tensor) {
  const Linear* linear = linear_of(tensor);
  return linear != nullptr && !tensor.bias ? linear->dense() : slot(tensor);
}

void Decoder::replace(const ExpectedTensor& tensor, at::Tensor weight) {
  config_ = with_kept_weight(std::move(config_), tensor.part);
  if (Linear* linear = linear_of(tensor); linear != nullptr && !tensor.bias) linear->quantized.reset();
  slot(tensor) = weight;
  prepare_norms();
  replaced_.push_back({tensor, std::move(weight)});
}

void Decoder::make_reward_model(at::Tensor weight) {
  config_ = as_reward_model(std::move(config_));
  head_ = {weight.defined() ? weight.to(device()) : weight, {}};
}

at::Tensor Decoder::unfreeze(const ExpectedTensor& tensor) { return slot(tensor).requires_grad_(true); }

std::vector<std::pair<std::string, at::Tensor>> Decoder::named_weights() const {
  Decoder shared = *this;  // slots are to be written to, so they need a decoder of their own
  std::vector<std::pair<std::string, at::Tensor>> weights;
  for (const ExpectedTensor& tensor : expected_tensors(config_)) {
    const at::Tensor kept = shared.dense_weight(tensor);
    weights.emplace_back(tensor.name, tensor.transposed ? kept.t() : kept);
  }
  return weights;
}

}  // namespace llmops::model
