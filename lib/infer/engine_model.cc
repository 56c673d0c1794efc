// Loading a model for inference.
#include "infer/engine_model.h"

#include <fmt/format.h>

#include <filesystem>
#include <map>

#include "core/error.h"
#include "model/adapter_record.h"
#include "model/gguf_checkpoint.h"
#include "model/inference/packed_decoder.h"
#include "text/no_tokenizer.h"

namespace llmops::infer {
namespace {

namespace fs = std::filesystem;

void check_options(const EngineOptions& options) {
  if (options.device != "cpu") {
    throw UsageError(fmt::format("device '{}' is not available: this build runs models on the CPU", options.device),
                     "use --device cpu");
  }
  if (options.dtype != "auto" && options.dtype != "float32" && options.dtype != "bfloat16")
    throw UsageError(fmt::format("unknown dtype '{}'", options.dtype), "known are auto, float32 and bfloat16");
  if (!fs::exists(options.model)) throw NotFoundError(fmt::format("no model at '{}'", options.model));
}

/// Sums bytes; the format that holds most of them names the whole.
void describe_weights(const std::vector<model::TensorView>& tensors, ModelInfo& info) {
  std::map<std::string, std::uint64_t> bytes_of;
  for (const model::TensorView& view : tensors) {
    bytes_of[model::dtype_name(view.dtype)] += view.bytes.size();
    info.bytes += static_cast<std::int64_t>(view.bytes.size());
  }
  std::uint64_t most = 0;
  for (const auto& [name, bytes] : bytes_of) {
    if (bytes > most) info.weights = name;
    most = std::max(most, bytes);
  }
}

}  // namespace

std::unique_ptr<text::Tokenizer> load_tokenizer(const model::StoredWeights& stored) {
  const model::Gguf* const gguf = stored.gguf();
  const bool known = gguf == nullptr ? text::has_tokenizer(stored.path()) : gguf->has("tokenizer.ggml.model");
  if (!known) return text::no_tokenizer(stored.path().string());
  return gguf == nullptr ? text::load_tokenizer(stored.path()) : model::load_gguf_tokenizer(*gguf);
}

void check_writes_text(const model::ModelConfig& config, const std::string& path) {
  if (config.labels == 0) return;
  throw InputError(fmt::format("'{}' is a reward model: it judges texts and writes none", path),
                   "llmops score prints rewards");
}

EngineModel load_engine_model(const EngineOptions& options) {
  EngineModel loaded = load_model(options);
  check_writes_text(loaded.decoder->config(), options.adapter.empty() ? options.model : options.adapter);
  return loaded;
}

EngineModel load_model(const EngineOptions& options) {
  check_options(options);
  EngineModel loaded;
  const model::StoredWeights stored(options.model);
  loaded.tokenizer = load_tokenizer(stored);
  loaded.chat_template = stored.gguf() == nullptr ? text::load_chat_template(options.model)
                                                  : model::load_gguf_chat_template(*stored.gguf());
  describe_weights(stored.tensors(), loaded.info);
  if (!options.adapter.empty()) model::check_adapter_fits(options.adapter, options.model);
  const model::InferenceOptions inference{
      .adapter = options.adapter, .dtype = options.dtype, .threads = options.threads};
  loaded.decoder = std::make_unique<model::PackedDecoder>(stored, inference);
  const model::ModelConfig& config = loaded.decoder->config();
  loaded.eos_ids.insert(config.eos_ids.begin(), config.eos_ids.end());
  if (const auto eos = loaded.tokenizer->eos_id()) loaded.eos_ids.insert(*eos);
  loaded.info.architecture = config.architecture;
  loaded.info.parameters = config.parameter_count();
  loaded.info.vocab_size = config.vocab_size;
  return loaded;
}

}  // namespace llmops::infer
