// Trains n-gram models on reference text: counting, and modified Kneser-Ney smoothing.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "data/rules/ngram_model.h"

namespace llmops::data {

constexpr int kMostTrainedOrder = 5;

/// Ids of an n-gram's words, the last word first, so that sorting brings equal endings together. Beyond the n-gram's
/// beginning, and where a sentence begins earlier, kNoWord.
using NgramIds = std::array<std::uint32_t, kMostTrainedOrder>;
constexpr std::uint32_t kNoWord = 0xFFFFFFFF;
constexpr std::uint32_t kUnknownId = 0, kBeginId = 1, kEndId = 2;

/// A model as it is written: for each order its n-grams, sorted as NgramIds are.
struct NgramEstimates {
  struct Order {
    std::vector<NgramIds> grams;
    std::vector<float> log10;
    std::vector<float> backoff;  ///< log10; 0 for what begins no longer n-gram
  };
  std::vector<std::string> words;  ///< by id; <unk>, <s> and </s> first
  std::vector<Order> orders;

  /// The same model, ready to score.
  NgramModel model() const;
};

/// How many times each n-gram was seen.
struct NgramCount {
  NgramIds ids;
  std::uint64_t count = 0;
};

/// Counts in memory: about 30 bytes for every n-gram that is different, and as much again while it sorts.
class NgramTrainer {
 public:
  /// @param order  1 to kMostTrainedOrder
  explicit NgramTrainer(int order);

  /// Every line that has a word is a sentence; words are separated by ASCII blanks. "<unk>", "<s>" and "</s>" in the
  /// text are blanks too.
  void add_text(std::string_view text);

  /// Interpolated modified Kneser-Ney, as lmplz estimates it (Chen and Goodman, 1998; Heafield et al., 2013), nothing
  /// pruned. An order with too few n-grams to estimate its discounts from takes 0.5, 1 and 1.5, as lmplz does with
  /// --discount_fallback.
  /// @throws InputError  where no text was added
  NgramEstimates estimate();

 private:
  void add_sentence(std::string_view line);
  std::uint32_t intern(std::string_view word);
  void compact();

  int order_;
  std::vector<std::string> words_;
  std::unordered_map<std::string, std::uint32_t> ids_;
  std::vector<std::uint32_t> sentence_;  ///< scratch
  std::vector<NgramIds> fresh_;          ///< seen since the last compact()
  std::vector<NgramCount> counts_;       ///< sorted, each n-gram once
};

}  // namespace llmops::data
