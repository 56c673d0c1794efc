// The files of a Hugging Face folder from an open GGUF file; gguf_checkpoint.h has the whole conversion.
#pragma once

#include <filesystem>
#include <string>

#include "model/gguf.h"

namespace llmops::model {

/// @param folder  exists; filled, not swapped in whole
/// @param dtype   "bfloat16", "float16" or "float32"
/// @throws InputError  naming what is missing or not supported; UsageError for another dtype
void write_gguf_as_hf(const Gguf& gguf, const std::filesystem::path& folder, const std::string& dtype);

}  // namespace llmops::model
