// Loading a model for inference.
#include "infer/loaded_model.h"

#include <fmt/format.h>

#include <map>

#include "core/error.h"
#include "model/adapter_record.h"
#include "model/gguf_checkpoint.h"
#include "model/lora.h"
#include "model/safetensors.h"
#include "text/no_tokenizer.h"

namespace llmops::infer {
namespace {

namespace fs = std::filesystem;

at::ScalarType parse_dtype(const EngineOptions& options) {
  if (options.device != "cpu") {
    throw UsageError(
        fmt::format("device '{}' is not available: this build of libllmops_ml runs on the CPU", options.device),
        "use --device cpu");
  }
  if (options.dtype == "auto" || options.dtype == "float32") return at::kFloat;
  if (options.dtype == "bfloat16") return at::kBFloat16;
  throw UsageError(fmt::format("unknown dtype '{}'", options.dtype), "known are auto, float32 and bfloat16");
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

void load_text_parts(const fs::path& path, LoadedModel& loaded) {
  if (fs::is_directory(path)) {
    loaded.tokenizer = text::has_tokenizer(path) ? text::load_tokenizer(path) : text::no_tokenizer(path.string());
    loaded.chat_template = text::load_chat_template(path);
    describe_weights(model::Safetensors::open(path).tensors(), loaded.info);
    return;
  }
  const model::Gguf gguf = model::Gguf::open(path);
  const bool has_tokenizer = gguf.has("tokenizer.ggml.model");
  loaded.tokenizer = has_tokenizer ? model::load_gguf_tokenizer(gguf) : text::no_tokenizer(path.string());
  loaded.chat_template = model::load_gguf_chat_template(gguf);
  describe_weights(gguf.tensors(), loaded.info);
}

}  // namespace

LoadedModel load_model(const EngineOptions& options) {
  const at::ScalarType dtype = parse_dtype(options);
  if (!fs::exists(options.model)) throw NotFoundError(fmt::format("no model at '{}'", options.model));
  LoadedModel loaded;
  load_text_parts(options.model, loaded);
  loaded.decoder = model::Decoder::load(options.model, dtype);
  if (!options.adapter.empty()) {
    model::check_adapter_fits(options.adapter, options.model);
    model::load_lora(loaded.decoder, options.adapter);
    model::merge_lora(loaded.decoder);  // in float32: the answers are those of the adapter, at the base's speed
  }
  const model::ModelConfig& config = loaded.decoder.config();
  loaded.eos_ids.insert(config.eos_ids.begin(), config.eos_ids.end());
  if (const auto eos = loaded.tokenizer->eos_id()) loaded.eos_ids.insert(*eos);
  loaded.info.architecture = config.architecture;
  loaded.info.parameters = config.parameter_count();
  loaded.info.context_length = options.max_context > 0 ? options.max_context : config.max_position;
  loaded.info.vocab_size = config.vocab_size;
  return loaded;
}

}  // namespace llmops::infer
