// The rules of a tokenizer.json as a tokenizer class writes them: normalizer, pre-tokenizer, decoder.
#pragma once

#include "text/classes/class_settings.h"

namespace llmops::text {

/// @param charsmap  compiled normalization rules of the model file; "" for none
/// Null for none.
Json class_normalizer(const ClassSettings& settings, const std::string& charsmap);
Json class_pre_tokenizer(const ClassSettings& settings);
Json class_decoder(const ClassSettings& settings);

}  // namespace llmops::text
