// Writes models with an adapter merged in, or taken out, a tensor at a time.
#include "quant/merge_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/cancel.h"
#include "core/error.h"
#include "core/files.h"
#include "model/adapter_record.h"
#include "model/inference/inference_decoder.h"
#include "model/model_files.h"
#include "model/reward_config.h"
#include "model/safetensors.h"
#include "quant/gguf_schemes.h"
#include "quant/merge_drift.h"
#include "quant/merged_weights.h"
#include "quant/weight_source.h"

namespace llmops::quant {
namespace {

constexpr const char* kProbe =
    "The quick brown fox jumps over the lazy dog. In 1969, two people walked on the moon; {\"ok\": true}";

model::DType dtype_named(const std::string& name) {
  if (name == "bfloat16") return model::DType::kBF16;
  if (name == "float16") return model::DType::kF16;
  if (name == "float32") return model::DType::kF32;
  throw UsageError(fmt::format("dtype '{}' is not known", name), "choose 'bfloat16', 'float16' or 'float32'");
}

void check_folder(const std::string& model) {
  if (fs::is_directory(model)) return;
  throw InputError(fmt::format("'{}' is not a Hugging Face folder", model),
                   "an adapter is merged into unquantized weights");
}

/// (N, V) of the probe text.
std::vector<float> probe_logits(const std::string& model, const std::string& adapter, int threads) {
  const auto decoder =
      model::InferenceDecoder::load(model, {.adapter = adapter, .dtype = "float32", .threads = threads});
  const std::vector<text::TokenId> tokens = text::load_tokenizer(model)->encode(kProbe, /*add_special=*/true);
  std::vector<std::int32_t> blocks(tokens.size() / ops::kBlockTokens + 1);
  std::iota(blocks.begin(), blocks.end(), 0);
  model::KvStore store(decoder->config(), ops::CacheFormat::kF32, static_cast<std::int32_t>(blocks.size()));
  const ops::AttentionSegment all{0, static_cast<std::int64_t>(tokens.size()), 0, blocks};
  std::vector<float> logits(tokens.size() * static_cast<std::size_t>(decoder->config().outputs()));
  decoder->logits(decoder->hidden(tokens, {&all, 1}, store), logits);
  return logits;
}

/// Makes each tensor of `config` by `make`.
void write_weights(const model::ModelConfig& config, model::DType dtype, const fs::path& directory,
                   const std::function<std::vector<float>(const model::ExpectedTensor&)>& make) {
  std::vector<model::LazyTensorToWrite> tensors;
  for (const model::ExpectedTensor& tensor : model::expected_tensors(config)) {
    tensors.push_back(
        {tensor.name, dtype, tensor.shape, [&make, tensor, dtype] { return encode(dtype, make(tensor)); }});
  }
  model::write_safetensors(directory, "model", tensors);
}

bool is_adapted(const model::LoraAdapter& adapter, const model::ExpectedTensor& tensor) {
  return !tensor.bias && adapter.layers.contains(tensor.name.substr(0, tensor.name.rfind('.')));
}

}  // namespace

MergeReport merge_model(const MergeOptions& options) {
  const model::DType dtype = dtype_named(options.dtype);
  check_folder(options.model);
  AtomicDirectory target(options.output, /*replace=*/false);
  const WeightSource base = open_weights(options.model), sum = open_merged_weights(options.model, options.adapter);
  const model::LoraAdapter adapter = model::read_lora(options.adapter, base.config);
  const bool reversible = adapter.saved.empty() && !adapter.config.use_dora;
  const model::LoraAdapter back = reversible ? inverse(adapter) : model::LoraAdapter();
  DriftMeter meter(dtype, base.stored);
  model::copy_description(options.model, options.dtype, base.config.tied_embeddings && !sum.config.tied_embeddings,
                          target.path());
  if (sum.config.labels > 0) model::describe_reward_model(sum.config, target.path());
  write_weights(sum.config, dtype, target.path(), [&](const model::ExpectedTensor& tensor) {
    std::vector<float> values = sum.read(tensor);
    if (reversible && is_adapted(adapter, tensor)) {
      const std::vector<float> written = rounded(dtype, values);
      meter.add(base.read(tensor), written, merged(back, tensor, written));
    }
    return values;
  });
  // Read back from disk, so that the difference includes the rounding and proves the file.
  const std::vector<float> before = probe_logits(options.model, options.adapter, options.threads);
  const std::vector<float> after = probe_logits(target.path().string(), "", options.threads);
  MergeReport report;
  report.output = options.output;
  for (std::size_t i = 0; i < before.size(); ++i) {
    report.max_logit_difference = std::max(report.max_logit_difference, std::abs(double{before[i]} - after[i]));
  }
  if (reversible) report.drift = meter.drift();
  target.commit();
  return report;
}

UnmergeReport unmerge_model(const MergeOptions& options, const std::string& base) {
  const model::DType dtype = dtype_named(options.dtype);
  check_folder(options.model);
  AtomicDirectory target(options.output, /*replace=*/false);
  model::check_adapter_fits(options.adapter, options.model);
  const WeightSource source = open_weights(options.model);
  const model::LoraAdapter adapter = inverse(model::read_lora(options.adapter, source.config));
  model::check_mergeable(adapter, source.config);
  std::optional<WeightSource> original;
  if (!base.empty()) original = open_weights(base);
  DriftMeter meter(source.stored, original ? original->stored : source.stored);
  model::copy_description(options.model, options.dtype, false, target.path());
  write_weights(source.config, dtype, target.path(), [&](const model::ExpectedTensor& tensor) {
    const std::vector<float> before = source.read(tensor);
    std::vector<float> values = merged(adapter, tensor, before);
    if (original && is_adapted(adapter, tensor)) meter.add(original->read(tensor), before, rounded(dtype, values));
    return values;
  });
  UnmergeReport report;
  report.output = options.output;
  if (original) report.drift = meter.drift();
  target.commit();
  return report;
}

Json MergeDrift::json() const {
  return {
      {"max_ulps", max_ulps}, {"max_relative_difference", max_relative_difference}, {"changed_share", changed_share}};
}

Json MergeReport::json() const {
  return {{"output", output},
          {"max_logit_difference", max_logit_difference},
          {"unmerge_drift", drift ? drift->json() : Json()}};
}

Json UnmergeReport::json() const { return {{"output", output}, {"drift", drift ? drift->json() : Json()}}; }

}  // namespace llmops::quant
