// The texts that a tokenizer is trained on, read piece by piece from files, prepared datasets and standard input.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/progress.h"

namespace llmops::train {

struct TokenizerTexts {
  std::vector<std::filesystem::path> inputs;  ///< text, .jsonl, .json, a prepared dataset's folder; "-": standard input
  std::string split = "train";                ///< of prepared datasets
  std::string format;                         ///< "text" or "jsonl" for all of them; "": by their names, stdin is text
  std::string text_field = "text";            ///< of records that have it; others as finetuning reads them
  bool lines = false;  ///< each line of a text file, with its end, is a text; else the whole file is
};

struct TextTotals {
  std::uint64_t files = 0, bytes = 0, records = 0;  ///< bytes of text; records of .jsonl and .json files
};

/// Calls `sink` with text after text, which may be pieces of a long one (text_cut.h), so that little is held at a time.
/// Of a record these are its text, its prompt and completion together, or what each turn says.
/// @throws NotFoundError; InputError naming file and line of what is not UTF-8, no JSON or no known record; Interrupted
TextTotals read_tokenizer_texts(const TokenizerTexts& texts, const std::function<void(std::string_view)>& sink,
                                Progress& progress);

}  // namespace llmops::train
