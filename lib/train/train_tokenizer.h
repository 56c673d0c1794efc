// Trains a tokenizer: reads texts, counts words, learns merges, writes a folder.
#pragma once

#include <string>

#include "core/progress.h"
#include "train/tokenizer_plan.h"
#include "train/tokenizer_texts.h"

namespace llmops::train {

struct TrainTokenizerOptions {
  TokenizerTexts texts;
  TokenizerOptions tokenizer;
  int vocab_size = 32000;
  std::uint64_t min_frequency = 2;
  std::uint32_t max_token_length = 0;  ///< 0 is off
  std::string output;                  ///< folder to create
  int threads = 0;                     ///< 0: all processors; the result does not depend on it

  Json json() const;
};

struct TrainTokenizerReport {
  std::string output;
  TextTotals texts;
  std::uint64_t words = 0, distinct_words = 0;
  std::size_t vocab_size = 0, merges = 0, special_tokens = 0;
  double bytes_per_token = 0;  ///< of the texts it was trained on
  std::string fingerprint;     ///< as Tokenizer's
  double read_s = 0, learn_s = 0;

  Json json() const;
};

/// The folder appears whole, once the tokenizer was opened again.
/// @throws UsageError  an output that exists, a vocabulary too small for bytes and special tokens; InputError  texts
/// without a word, and as read_tokenizer_texts()
TrainTokenizerReport train_tokenizer(const TrainTokenizerOptions& options, Progress& progress);

}  // namespace llmops::train
