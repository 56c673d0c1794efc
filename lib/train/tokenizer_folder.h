// A learnt tokenizer as a folder that transformers and this program open.
#pragma once

#include <filesystem>

#include "text/training/bpe_trainer.h"
#include "train/tokenizer_plan.h"

namespace llmops::train {

/// What tokenizer_config.json holds: special tokens by their roles, and the chat template.
Json tokenizer_config_json(const TokenizerPlan& plan);

/// Writes tokenizer.json, tokenizer_config.json and special_tokens_map.json into an existing folder. @throws
/// SystemError
void write_tokenizer(const std::filesystem::path& folder, const TokenizerPlan& plan, const text::LearntBpe& learnt);

}  // namespace llmops::train
