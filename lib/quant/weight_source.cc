#include "quant/weight_source.h"

#include "model/checkpoint_check.h"
#include "model/gguf_checkpoint.h"

namespace llmops::quant {
namespace {

std::size_t elements(const model::ExpectedTensor& tensor) {
  std::size_t product = 1;
  for (const std::int64_t size : tensor.shape) product *= static_cast<std::size_t>(size);
  return product;
}

void describe(WeightSource& source, const std::vector<model::TensorView>& tensors) {
  source.stored = model::DType::kF32;
  std::uint64_t most = 0;  // the largest matrix stands for all
  for (const model::TensorView& view : tensors) {
    source.bytes += view.bytes.size();
    if (view.shape.size() < 2 || view.bytes.size() <= most) continue;
    most = view.bytes.size();
    source.stored = view.dtype;
  }
}

}  // namespace

WeightSource open_weights(const std::filesystem::path& path) {
  WeightSource source;
  if (std::filesystem::is_directory(path)) {
    const auto file = model::Checkpoint::open(path);
    source.config = model::read_model_config(path);
    describe(source, file.tensors());
    source.read = [file, config = source.config](const model::ExpectedTensor& tensor) {
      return model::to_float32(model::find_weight(file, config, tensor));
    };
    return source;
  }
  const auto gguf = model::Gguf::open(path);
  source.config = model::gguf_model_config(gguf);
  describe(source, gguf.tensors());
  source.read = [gguf, config = source.config](const model::ExpectedTensor& tensor) {
    std::vector<float> values(elements(tensor));
    model::read_gguf_tensor(gguf, config, tensor, values);
    return values;
  };
  return source;
}

}  // namespace llmops::quant
