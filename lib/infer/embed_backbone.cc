// The models under an embedder: encoders, and decoders that were trained for it.
#include <fmt/format.h>

#include "core/error.h"
#include "core/json.h"
#include "infer/embed_model.h"
#include "model/checkpoint.h"
#include "model/decoder.h"
#include "model/encoder.h"

namespace llmops::infer {
namespace {

namespace fs = std::filesystem;

Backbone encoder_backbone(const fs::path& folder, at::ScalarType dtype) {
  const auto encoder = std::make_shared<model::Encoder>(model::Encoder::load(folder, dtype));
  const model::EncoderConfig& config = encoder->config();
  return {[encoder](const at::Tensor& tokens, std::span<const std::int64_t> lengths) {
            return encoder->hidden(tokens, lengths);
          },
          config.architecture, config.hidden_size, config.max_tokens(), config.parameter_count()};
}

Backbone decoder_backbone(const fs::path& folder, at::ScalarType dtype) {
  const auto decoder = std::make_shared<model::Decoder>(model::Decoder::load(folder, dtype));
  const model::ModelConfig& config = decoder->config();
  return {[decoder](const at::Tensor& tokens, std::span<const std::int64_t> lengths) {
            std::vector<model::Segment> segments;
            std::int64_t begin = 0;
            for (const std::int64_t length : lengths) {
              segments.push_back({begin, length});
              begin += length;
            }
            return decoder->hidden(tokens, segments);
          },
          config.architecture, config.hidden_size, config.max_position, config.parameter_count()};
}

bool is_decoder(const Json& config) {
  try {
    model::parse_model_config(config, "config.json");
    return true;
  } catch (const InputError&) {
    return false;
  }
}

}  // namespace

Backbone load_backbone(const model::SentenceLayout& layout, bool pooling_given, at::ScalarType dtype) {
  const fs::path file = layout.model / "config.json";
  if (!fs::exists(file)) {
    throw NotFoundError(fmt::format("'{}' has no config.json", layout.model.string()),
                        "give the folder of an embedding model in Hugging Face layout");
  }
  const Json config = read_json_file(file);
  if (model::is_encoder(config) || !is_decoder(config)) return encoder_backbone(layout.model, dtype);
  if (layout.declared || pooling_given) return decoder_backbone(layout.model, dtype);
  throw InputError(
      fmt::format("'{}' is a model that generates text, and has no modules.json to say how it makes embeddings",
                  layout.model.string()),
      "use an encoder such as all-minilm-l6-v2, or choose with --pooling lasttoken or mean");
}

DenseStep load_dense(const model::SentenceStep& step, std::int64_t in) {
  if (step.in != in)
    throw InputError(fmt::format("{}/config.json: 'in_features' is {}, what comes in has {} elements",
                                 step.folder.string(), step.in, in));
  const model::Checkpoint file = model::Checkpoint::open(step.folder);
  const auto read = [&](const char* name, const std::vector<std::int64_t>& shape) {
    const model::TensorView& view = file.get(name);
    if (view.shape != shape) {
      throw InputError(fmt::format("{}: tensor '{}' does not have the shape that config.json calls for",
                                   step.folder.string(), name));
    }
    at::Tensor tensor = at::empty(shape, at::kFloat);
    model::to_float32(view, {tensor.data_ptr<float>(), static_cast<std::size_t>(tensor.numel())});
    return tensor;
  };
  DenseStep dense;
  dense.weight = read("linear.weight", {step.out, step.in});
  if (step.bias) dense.bias = read("linear.bias", {step.out});
  dense.activation = step.activation;
  return dense;
}

at::Tensor DenseStep::operator()(const at::Tensor& x) const {
  const at::Tensor y = bias.defined() ? at::linear(x, weight, bias) : at::linear(x, weight);
  switch (activation) {
    case model::DenseActivation::kNone: return y;
    case model::DenseActivation::kTanh: return at::tanh(y);
    case model::DenseActivation::kRelu: return at::relu(y);
    case model::DenseActivation::kGelu: return at::gelu(y);
    case model::DenseActivation::kSigmoid: return at::sigmoid(y);
  }
  return y;
}

}  // namespace llmops::infer
