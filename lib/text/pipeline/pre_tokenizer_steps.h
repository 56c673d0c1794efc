// Steps of a pre-tokenizer that do more than cut, or cut by more than a pattern.
#pragma once

#include <memory>
#include <string>

#include "text/pipeline/pre_tokenizer.h"

namespace llmops::text {

/// Cuts each word by a splitter that leaves the text as it is.
std::unique_ptr<PreTokenizerStep> make_split_step(WordSplitter splitter);
/// Spaces become a visible character, one may go before the words, and each may begin a word.
std::unique_ptr<PreTokenizerStep> make_metaspace_step(const Json& rule, const std::string& where);
/// Words in GPT-2's alphabet.
std::unique_ptr<PreTokenizerStep> make_byte_level_step(const Json& rule, const std::string& where);
/// Cuts where the script changes; spaces belong to what stands before them, and those at the start go.
std::unique_ptr<PreTokenizerStep> make_scripts_step();

}  // namespace llmops::text
