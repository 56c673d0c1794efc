// n-gram language models with backoff: how likely a sentence is, as KenLM and SRILM say it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "data/rules/ngram_hash.h"

namespace llmops::data {

constexpr int kMostNgramOrder = 8;

struct SentenceScore {
  double log10 = 0;       ///< of the probability
  std::size_t words = 0;  ///< and one for the end of each sentence
};

/// log p(w | h) is the model's where it has "h w"; else the backoff weight of h, and log p(w | h without its first
/// word). 16 bytes an n-gram, 12 of the longest, times 1.5. Immutable once built; many threads may ask one.
class NgramModel {
 public:
  /// An ARPA file, plain or gzip, as KenLM's lmplz, SRILM's ngram-count and write_arpa() make them.
  /// @throws NotFoundError, SystemError; InputError with file and line
  static NgramModel from_arpa(const std::filesystem::path& path);

  int order() const { return order_; }
  std::size_t vocabulary() const { return words_; }
  /// n-grams of `n` words. @param n  1 to order()
  std::uint64_t count(int n) const { return counts_.at(static_cast<std::size_t>(n - 1)); }
  /// Memory of the tables.
  std::size_t bytes() const;

  /// One sentence from its beginning to its end, what KenLM's `score(sentence, bos=True, eos=True)` gives. Words are
  /// separated by ASCII blanks, and count as they stand: bring text to the form the model was trained on.
  SentenceScore score_sentence(std::string_view sentence) const;
  /// log10 p(word | the beginning of a sentence); "</s>" is its end.
  double score_word(std::string_view beginning, std::string_view word) const;
  /// Every line that has a word, as a sentence each.
  SentenceScore score_text(std::string_view text) const;
  /// 10 ^ (-log10 / words) of all lines together, as CCNet has it (Wenzek et al., 2020); infinite without words.
  double perplexity(std::string_view text) const;

 private:
  friend class NgramBuilder;
  struct Weights {
    float log10 = 0, backoff = 0;
  };
  /// The words before, the last first, as far as the model has n-grams that end with them.
  struct Context {
    int length = 0;
    std::uint32_t words[kMostNgramOrder] = {};
    float backoffs[kMostNgramOrder] = {};  ///< [n]: of the last n + 1 words; 0 where the model lacks them
  };
  std::uint32_t id(std::string_view word) const;
  Context sentence_begin() const;
  double advance(std::uint32_t word, const Context& before, Context& after) const;

  int order_ = 0;
  std::size_t words_ = 0;  ///< the unknown word is 0
  std::uint32_t begin_ = 0, end_ = 0;
  bool has_suffixes_ = true;  ///< every n-gram's last words are there too, so that a search may end at the first gap
  std::vector<std::uint64_t> counts_;
  NgramHash<std::uint32_t> ids_;
  std::vector<Weights> unigrams_;           ///< by id
  std::vector<NgramHash<Weights>> middle_;  ///< of two words, three, ... order - 1
  NgramHash<float> longest_;
};

/// @returns words that ASCII blanks separate, one at a time: "" at the end
std::string_view next_word(std::string_view& rest);

}  // namespace llmops::data
