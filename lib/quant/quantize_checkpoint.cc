// Writes a checkpoint as GGUF in a smaller number format.
#include "quant/quantize_checkpoint.h"

#include <fmt/format.h>

#include <chrono>

#include "core/error.h"
#include "core/files.h"
#include "quant/quality.h"
#include "quant/write_gguf_model.h"

namespace llmops::quant {
namespace {

QualityReport compare(const QuantizeOptions& options, Progress& progress) {
  const std::string text = read_file(options.quality_text, std::uint64_t{1} << 30);
  const auto original = model::InferenceDecoder::load(
      options.model, {.adapter = options.adapter, .dtype = "float32", .threads = options.threads});
  const auto quantized =  // the two run in turns
      model::InferenceDecoder::load(options.output, {.adapter = "", .dtype = "auto", .pool = &original->pool()});
  return measure_quality(*original, *quantized, *text::load_tokenizer(options.model), text, options.quality_tokens,
                         options.context, progress);
}

/// What is checked before minutes are spent.
void check_options(const QuantizeOptions& options) {
  if (!std::filesystem::is_directory(options.model)) {
    throw InputError(fmt::format("'{}' is not a Hugging Face folder", options.model),
                     "quantize starts from full-precision weights, not from a GGUF file");
  }
  if (std::filesystem::is_directory(options.output)) {
    throw UsageError(fmt::format("output '{}' is a folder", options.output), "name the .gguf file to create");
  }
  if (!options.quality_text.empty() && !std::filesystem::exists(options.quality_text)) {
    throw NotFoundError(fmt::format("no text file at '{}'", options.quality_text));
  }
}

}  // namespace

QuantizeReport quantize_checkpoint(const QuantizeOptions& options, Progress& progress) {
  const Scheme& scheme = find_scheme(options.scheme);
  check_options(options);
  const auto begin = std::chrono::steady_clock::now();
  QuantizeReport report;
  report.output = options.output;
  report.scheme = scheme.name;
  const WeightSource source =
      options.adapter.empty() ? open_weights(options.model) : open_merged_weights(options.model, options.adapter);
  const GgufWritten written = write_gguf_model(source, options.model, scheme, options.output, progress);
  report.bytes_in = source.bytes;
  report.bytes_out = size_on_disk(options.output);
  report.bits_per_weight = 8.0 * static_cast<double>(written.tensor_bytes) / static_cast<double>(written.weights);
  if (!options.quality_text.empty()) report.quality = compare(options, progress);
  report.wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return report;
}

}  // namespace llmops::quant
