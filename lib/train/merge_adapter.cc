// Writes a base model with its adapter merged in.
#include <ATen/core/grad_mode.h>
#include <fmt/format.h>

#include <cstring>

#include "core/cancel.h"
#include "core/error.h"
#include "core/files.h"
#include "model/adapter_record.h"
#include "model/lora.h"
#include "model/safetensors.h"
#include "text/tokenizer.h"
#include "train/finetune_lora.h"

namespace llmops::train {
namespace {

constexpr const char* kProbe =
    "The quick brown fox jumps over the lazy dog. In 1969, two people walked on the moon; {\"ok\": true}";

struct TargetType {
  at::ScalarType scalar;
  model::DType stored;
};

TargetType target_type(const std::string& dtype) {
  if (dtype == "bfloat16") return {at::kBFloat16, model::DType::kBF16};
  if (dtype == "float16") return {at::kHalf, model::DType::kF16};
  if (dtype == "float32") return {at::kFloat, model::DType::kF32};
  throw UsageError(fmt::format("dtype '{}' is not known", dtype), "choose 'bfloat16', 'float16' or 'float32'");
}

at::Tensor probe_logits(const model::Decoder& decoder, const text::Tokenizer& tokenizer) {
  const at::NoGradGuard no_grad;
  const auto ids = tokenizer.encode(kProbe, /*add_special=*/true);
  const at::Tensor tokens = at::tensor(at::ArrayRef<text::TokenId>(ids), at::TensorOptions(at::kInt)).to(at::kLong);
  const model::Segment segment{0, tokens.size(0)};
  return decoder.logits(decoder.hidden(tokens, std::span(&segment, 1)));
}

void write_weights(const model::Decoder& decoder, const TargetType& type, const fs::path& directory) {
  std::vector<model::LazyTensorToWrite> tensors;
  for (const auto& [name, weight] : decoder.named_weights()) {
    tensors.push_back({name, type.stored, weight.sizes().vec(), [weight = weight, type] {
                         const at::Tensor converted = weight.to(type.scalar).contiguous();
                         std::vector<std::byte> bytes(converted.nbytes());
                         std::memcpy(bytes.data(), converted.const_data_ptr(), bytes.size());
                         return bytes;
                       }});
  }
  model::write_safetensors(directory, "model", tensors);
}

/// config.json with the new number format, and all other small files (tokenizer, template, licence) as they are.
void copy_description(const fs::path& model, const std::string& dtype, const fs::path& directory) {
  for (const auto& entry : fs::directory_iterator(model)) {
    const fs::path name = entry.path().filename();
    const bool weights = name.extension() == ".safetensors" || name.string().ends_with(".safetensors.index.json");
    if (entry.is_regular_file() && !weights) fs::copy_file(entry.path(), directory / name);
  }
  Json config = read_json_file(model / "config.json");
  if (config.contains("torch_dtype")) config.erase("torch_dtype");  // the older name of the key
  config["dtype"] = dtype;
  fs::remove(directory / "config.json");
  write_file_atomic(directory / "config.json", dump_json_pretty(config));
}

}  // namespace

MergeReport merge_adapter(const std::string& model, const std::string& adapter, const std::string& output,
                          const std::string& dtype) {
  const TargetType type = target_type(dtype);
  if (!fs::is_directory(model)) {
    throw InputError(fmt::format("'{}' is not a Hugging Face folder", model),
                     "an adapter is merged into unquantized weights");
  }
  AtomicDirectory target(output, /*replace=*/false);
  model::check_adapter_fits(adapter, model);
  const auto tokenizer = text::load_tokenizer(model);
  at::Tensor before;
  {
    model::Decoder decoder = model::Decoder::load(model, at::kFloat);
    model::load_lora(decoder, adapter);
    before = probe_logits(decoder, *tokenizer);
    model::merge_lora(decoder);
    copy_description(model, dtype, target.path());
    write_weights(decoder, type, target.path());
  }
  throw_if_cancelled();
  // Read back from disk, so that the difference includes the rounding and proves the file.
  const at::Tensor after = probe_logits(model::Decoder::load(target.path(), at::kFloat), *tokenizer);
  MergeReport report;
  report.output = output;
  report.max_logit_difference = (before - after).abs().max().item<double>();
  target.commit();
  return report;
}

}  // namespace llmops::train
