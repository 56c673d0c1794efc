// Puts an n-gram model together: from an ARPA file, or from counts.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "data/rules/ngram_model.h"

namespace llmops::data {

/// Takes all unigrams, then all bigrams, and so on.
class NgramBuilder {
 public:
  /// @param order   1 to kMostNgramOrder
  /// @param origin  names the model in errors
  NgramBuilder(int order, std::string origin);

  /// @param words  one for each of the order that is being taken
  /// @param where  the line, for errors; 0: none
  /// @throws InputError  for a number that is no log probability, an n-gram that was there, or one whose words but the
  ///                     last are not an n-gram
  void add(std::span<const std::string_view> words, float log10, float backoff, std::uint64_t where = 0);
  /// All n-grams of one order are added; the next are one word longer.
  void end_order();
  /// @pre  end_order() was called for every order
  /// @throws InputError  for a model without <s> or </s>
  NgramModel finish();

 private:
  struct Entry {
    std::uint64_t hash = 0;
    NgramModel::Weights weights;
    std::uint64_t where = 0;
  };
  [[noreturn]] void fail(const std::string& why, std::uint64_t where) const;
  std::uint32_t known(std::string_view word, std::uint64_t where) const;
  void add_word(std::string_view word, const NgramModel::Weights& weights, std::uint64_t where);
  bool holds(int n, std::uint64_t hash) const;
  void end_unigrams();

  NgramModel model_;
  std::string origin_;
  int n_ = 1;  ///< the order that is being taken
  bool has_unknown_ = false, has_begin_ = false, has_end_ = false;
  std::vector<Entry> entries_;  ///< of that order; words by their hash
};

}  // namespace llmops::data
