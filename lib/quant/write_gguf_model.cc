#include "quant/write_gguf_model.h"

#include <map>

#include "core/cancel.h"
#include "core/error.h"
#include "model/gguf_checkpoint.h"
#include "quant/gguf_model_keys.h"
#include "quant/gguf_tokenizer_keys.h"

namespace llmops::quant {
namespace {

using model::DType;
using model::ExpectedTensor;

std::uint64_t elements_of(const std::vector<std::int64_t>& shape) { return model::checked_elements(shape).value_or(0); }

/// The tensors of one GGUF tensor: all experts of a layer, else one.
using Group = std::vector<ExpectedTensor>;

/// In the order in which GGUF's names first come up.
std::vector<std::pair<std::string, Group>> group_by_name(const model::ModelConfig& config) {
  std::vector<std::pair<std::string, Group>> groups;
  std::map<std::string, std::size_t> index;
  for (const ExpectedTensor& expected : model::expected_tensors(config)) {
    const std::string name = model::gguf_weight_name(config, expected);
    const auto [found, is_new] = index.emplace(name, groups.size());
    if (is_new) groups.push_back({name, {}});
    groups[found->second].second.push_back(expected);
  }
  return groups;
}

class Writer {
 public:
  explicit Writer(Progress& progress) : progress_(progress) {}

  void add(const std::string& name, DType dtype, std::vector<std::int64_t> shape,
           std::function<std::vector<std::byte>()> make_bytes) {
    const std::uint64_t count = elements_of(shape);
    written_.weights += count;
    written_.tensor_bytes += model::tensor_bytes(dtype, count);
    tensors_.push_back({name, dtype, std::move(shape), [this, count, make_bytes] {
                          throw_if_cancelled();
                          std::vector<std::byte> bytes = make_bytes();
                          progress_.update(done_ += count);
                          return bytes;
                        }});
  }

  GgufWritten write(const std::filesystem::path& output, const std::vector<model::GgufKey>& keys) {
    progress_.start("writing", written_.weights, "weights");
    model::write_gguf(output, keys, tensors_);
    progress_.finish();
    return written_;
  }

 private:
  Progress& progress_;
  GgufWritten written_;
  std::uint64_t done_ = 0;
  std::vector<model::LazyTensorToWrite> tensors_;
};

void add_group(Writer& writer, const WeightSource& source, const Scheme& scheme, const std::string& name,
               const Group& group) {
  const ExpectedTensor& first = group.front();
  std::vector<std::int64_t> shape = model::gguf_weight_shape(first);
  const DType dtype = stored_dtype(scheme, first.part, first.bias, shape);
  if (model::is_expert(first.part)) shape.insert(shape.begin(), static_cast<std::int64_t>(group.size()));
  writer.add(name, dtype, shape, [&source, group, dtype] {
    std::vector<std::byte> bytes;
    for (const ExpectedTensor& expected : group) {
      const std::vector<std::byte> part =
          encode(dtype, model::as_gguf_stores(source.config, expected, source.read(expected)));
      bytes.insert(bytes.end(), part.begin(), part.end());
    }
    return bytes;
  });
}

/// The part that decides the format, from GGUF's own name.
model::Part part_of(const std::string& name) {
  if (name == "token_embd.weight") return model::Part::kEmbedding;
  if (name == "output.weight") return model::Part::kHead;
  if (name.find("ffn_gate_inp.") != std::string::npos) return model::Part::kRouter;
  return name == "position_embd.weight" ? model::Part::kPositions : model::Part::kDown;
}

}  // namespace

GgufWritten write_gguf_model(const WeightSource& source, const std::filesystem::path& model_dir, const Scheme& scheme,
                             const std::filesystem::path& output, Progress& progress) {
  const model::ModelConfig& config = source.config;
  if (config.labels > 0) {
    throw InputError("GGUF files of reward models are not written here",
                     "use the model's folder; of an adapter, `llmops merge` makes one");
  }
  const std::string name = std::filesystem::weakly_canonical(model_dir).filename().string();
  std::vector<model::GgufKey> keys = gguf_model_keys(config, name, scheme.file_type);
  for (model::GgufKey& key : gguf_tokenizer_keys(model_dir, config.vocab_size)) keys.push_back(std::move(key));
  Writer writer(progress);
  for (const auto& [gguf_name, group] : group_by_name(config)) add_group(writer, source, scheme, gguf_name, group);
  for (const auto& [factors_name, factors] : gguf_rotary_factors(config)) {
    writer.add(factors_name, DType::kF32, {static_cast<std::int64_t>(factors.size())},
               [values = factors] { return encode(DType::kF32, values); });
  }
  return writer.write(output, keys);
}

GgufWritten rewrite_gguf(const std::filesystem::path& input, const Scheme& scheme, const std::filesystem::path& output,
                         Progress& progress) {
  const model::Gguf gguf = model::Gguf::open(input);
  std::vector<model::GgufKey> keys;
  for (const model::GgufKey& key : gguf.keys()) {
    if (key.name != "general.file_type" && key.name != "general.alignment") keys.push_back(key);
  }
  keys.push_back({"general.file_type", scheme.file_type});
  Writer writer(progress);
  for (const model::TensorView& view : gguf.tensors()) {
    const bool matrix = view.shape.size() > 1;
    const DType dtype =
        matrix ? stored_dtype(scheme, part_of(view.name), view.name.ends_with(".bias"), view.shape) : view.dtype;
    writer.add(view.name, dtype, view.shape, [gguf, view, dtype] {
      if (view.dtype == dtype) return std::vector<std::byte>(view.bytes.begin(), view.bytes.end());
      return encode(dtype, model::to_float32(view));
    });
  }
  return writer.write(output, keys);
}

}  // namespace llmops::quant
