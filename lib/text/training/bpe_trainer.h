// Learns byte-pair merges from counted words: the same merges in the same order as Hugging Face's BpeTrainer.
// Source: Sennrich et al., 2016, "Neural Machine Translation of Rare Words with Subword Units".
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/progress.h"
#include "text/tokenizer.h"
#include "text/training/word_counts.h"

namespace llmops::text {

struct BpeTrainingOptions {
  int vocab_size = 32000;                     ///< tokens, special ones and the 256 bytes included
  std::uint64_t min_frequency = 0;            ///< a pair that occurs less often is not merged; 0 is off
  std::uint32_t max_token_length = 0;         ///< merged tokens stay shorter than this many bytes (see below); 0 is off
  std::vector<std::string> special_tokens{};  ///< take the first ids, each once
};

struct LearntBpe {
  std::vector<std::string> tokens;                  ///< by id, in GPT-2's byte alphabet; special ones as written
  std::vector<std::pair<TokenId, TokenId>> merges;  ///< best first
  std::uint64_t tokens_in_corpus = 0;               ///< that the corpus becomes
};

/// @throws UsageError  for a vocabulary too small for special tokens and bytes
void check_vocab_size(const BpeTrainingOptions& options);

/// The special tokens, the 256 bytes in the order of their characters, then a token for each merge of the most frequent
/// pair (of equals the one with smaller ids) until there are enough or no pair is frequent enough.
///
/// Length is checked, as in the reference, of a merged token and its neighbour: two bytes always may merge.
/// @param words  as bytes
/// @throws UsageError  as check_vocab_size(); Interrupted
LearntBpe learn_bpe(const WordCounts& words, const BpeTrainingOptions& options, Progress& progress);

}  // namespace llmops::text
