// What quantization cost: the original's and the copy's predictions on the same text.
#pragma once

#include "model/inference/inference_decoder.h"
#include "quant/quantize_checkpoint.h"

namespace llmops::quant {

/// Compares both models on consecutive windows of `context` tokens of the text.
/// @param most_tokens  of the text; the rest is left out
/// @throws InputError  when the text has fewer than 2 tokens
QualityReport measure_quality(model::InferenceDecoder& original, model::InferenceDecoder& quantized,
                              const text::Tokenizer& tokenizer, const std::string& text, int most_tokens, int context,
                              Progress& progress);

}  // namespace llmops::quant
