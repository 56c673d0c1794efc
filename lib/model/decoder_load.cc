// Loading a decoder from a Hugging Face folder or a GGUF file.
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <set>

#include "core/cancel.h"
#include "core/error.h"
#include "core/log.h"
#include "core/spelling.h"
#include "model/decoder.h"
#include "model/gguf_checkpoint.h"
#include "model/safetensors.h"
#include "ops/shape_text.h"

namespace llmops::model {
namespace {

void check_shape(const std::string& origin, const WeightSlot& slot, const std::vector<std::int64_t>& found) {
  if (found == slot.shape) return;
  throw InputError(fmt::format("{}: tensor '{}' has shape {}, expected {}", origin, slot.name, ops::shape_text(found),
                               ops::shape_text(slot.shape)),
                   "config.json and the weights do not belong together");
}

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

void fill_from_safetensors(const std::filesystem::path& path, std::vector<WeightSlot> slots, at::ScalarType dtype) {
  const Safetensors file = Safetensors::open(path);
  std::set<std::string> used;
  for (const WeightSlot& slot : slots) {
    throw_if_cancelled();
    const TensorView& view = file.get(slot.name);
    check_shape(path.string(), slot, view.shape);
    *slot.tensor = read_view(view, dtype);
    used.insert(slot.name);
  }
  report_unused(path.string(), file.tensors(), used);
}

[[noreturn]] void throw_missing(const Gguf& gguf, const std::string& name) {
  std::vector<std::string> known;
  for (const TensorView& view : gguf.tensors()) known.push_back(view.name);
  throw InputError(fmt::format("{}: tensor '{}' is missing", gguf.path().string(), name), did_you_mean(name, known));
}

/// Quantized blocks become `dtype` here; kernels of lib/ops that multiply with the blocks as stored are to replace
/// this.
void fill_from_gguf(const Gguf& gguf, const ModelConfig& config, std::vector<WeightSlot> slots, at::ScalarType dtype) {
  std::set<std::string> used;
  for (const WeightSlot& slot : slots) {
    throw_if_cancelled();
    const std::string name = hf_to_gguf_name(slot.name);
    const TensorView* view = gguf.find_tensor(name);
    if (view == nullptr) throw_missing(gguf, name);
    check_shape(gguf.path().string(), slot, view->shape);
    const at::Tensor values = at::empty(slot.shape, at::kFloat);
    read_gguf_tensor(gguf, config, slot.name, {values.data_ptr<float>(), static_cast<std::size_t>(values.numel())});
    *slot.tensor = values.to(dtype);
    used.insert(name);
  }
  report_unused(gguf.path().string(), gguf.tensors(), used);
}

void add_linear(std::vector<WeightSlot>& slots, const std::string& path, Linear& linear, std::int64_t out,
                std::int64_t in, bool bias) {
  slots.push_back({path + ".weight", &linear.weight, {out, in}});
  if (bias) slots.push_back({path + ".bias", &linear.bias, {out}});
}

void add_layer(std::vector<WeightSlot>& slots, const ModelConfig& config, const std::string& path,
               DecoderLayer& layer) {
  const std::int64_t width = config.hidden_size, inner = config.intermediate_size;
  const std::int64_t q_width = std::int64_t{config.heads} * config.head_size;
  const std::int64_t kv_width = std::int64_t{config.kv_heads} * config.head_size;
  slots.push_back({path + ".input_layernorm.weight", &layer.input_norm, {width}});
  add_linear(slots, path + ".self_attn.q_proj", layer.q_proj, q_width, width, config.qkv_bias);
  add_linear(slots, path + ".self_attn.k_proj", layer.k_proj, kv_width, width, config.qkv_bias);
  add_linear(slots, path + ".self_attn.v_proj", layer.v_proj, kv_width, width, config.qkv_bias);
  add_linear(slots, path + ".self_attn.o_proj", layer.o_proj, width, q_width, config.output_bias);
  if (config.qk_norm) {
    slots.push_back({path + ".self_attn.q_norm.weight", &layer.q_norm, {config.head_size}});
    slots.push_back({path + ".self_attn.k_norm.weight", &layer.k_norm, {config.head_size}});
  }
  slots.push_back({path + ".post_attention_layernorm.weight", &layer.post_attention_norm, {width}});
  add_linear(slots, path + ".mlp.gate_proj", layer.gate_proj, inner, width, config.mlp_bias);
  add_linear(slots, path + ".mlp.up_proj", layer.up_proj, inner, width, config.mlp_bias);
  add_linear(slots, path + ".mlp.down_proj", layer.down_proj, width, inner, config.mlp_bias);
}

}  // namespace

std::vector<WeightSlot> Decoder::weight_slots() {
  const std::int64_t vocabulary = config_.vocab_size, width = config_.hidden_size;
  std::vector<WeightSlot> slots;
  slots.push_back({"model.embed_tokens.weight", &embedding_, {vocabulary, width}});
  for (int i = 0; i < config_.layers; ++i) add_layer(slots, config_, fmt::format("model.layers.{}", i), layers_[i]);
  slots.push_back({"model.norm.weight", &final_norm_, {width}});
  if (!config_.tied_embeddings) slots.push_back({"lm_head.weight", &head_, {vocabulary, width}});
  return slots;
}

Decoder Decoder::load(const std::filesystem::path& path, at::ScalarType dtype) {
  Decoder decoder;
  decoder.dtype_ = dtype;
  if (std::filesystem::is_directory(path)) {
    decoder.config_ = read_model_config(path);
    decoder.layers_.resize(decoder.config_.layers);
    fill_from_safetensors(path, decoder.weight_slots(), dtype);
  } else {
    const Gguf gguf = Gguf::open(path);
    decoder.config_ = gguf_model_config(gguf);
    decoder.layers_.resize(decoder.config_.layers);
    fill_from_gguf(gguf, decoder.config_, decoder.weight_slots(), dtype);
  }
  if (decoder.config_.tied_embeddings) decoder.head_ = decoder.embedding_;
  decoder.rotary_ = Rotary(decoder.config_);
  return decoder;
}

std::map<std::string, Linear*> Decoder::linears() {
  std::map<std::string, Linear*> found;
  for (int i = 0; i < config_.layers; ++i) {
    const std::string path = fmt::format("model.layers.{}", i);
    DecoderLayer& layer = layers_[i];
    found[path + ".self_attn.q_proj"] = &layer.q_proj;
    found[path + ".self_attn.k_proj"] = &layer.k_proj;
    found[path + ".self_attn.v_proj"] = &layer.v_proj;
    found[path + ".self_attn.o_proj"] = &layer.o_proj;
    found[path + ".mlp.gate_proj"] = &layer.gate_proj;
    found[path + ".mlp.up_proj"] = &layer.up_proj;
    found[path + ".mlp.down_proj"] = &layer.down_proj;
  }
  return found;
}

std::vector<std::pair<std::string, at::Tensor>> Decoder::named_weights() const {
  Decoder shared = *this;  // the slots point to where a tensor is kept, so they need one that may be written
  std::vector<std::pair<std::string, at::Tensor>> weights;
  for (const WeightSlot& slot : shared.weight_slots()) weights.emplace_back(slot.name, *slot.tensor);
  return weights;
}

}  // namespace llmops::model
