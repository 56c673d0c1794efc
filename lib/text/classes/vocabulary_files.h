// The vocabulary and the model of a tokenizer.json, made of plain files: vocab.txt, or vocab.json and merges.txt.
#pragma once

#include <filesystem>

#include "text/bpe/tokenizer_file.h"
#include "text/classes/class_settings.h"

namespace llmops::text {

/// WordPiece: a token a line, ids from 0. @throws InputError  for no tokens, and tokens that are not UTF-8
TokenizerFile read_word_list(const std::filesystem::path& vocab_txt, const ClassSettings& settings);

/// Byte-level BPE. @throws NotFoundError, InputError  file and line
TokenizerFile read_vocabulary_and_merges(const std::filesystem::path& vocab_json);

}  // namespace llmops::text
