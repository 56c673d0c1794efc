// The words and labels of a fastText model, and the rows that a word stands for: its own and those of its parts.
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "data/rules/fasttext_bytes.h"

namespace llmops::data {

/// What of a model's settings decides how text is read.
struct FastTextShape {
  int word_ngrams = 1;       ///< runs of up to so many words have rows too
  int min_n = 0;             ///< code points of the shortest part of a word
  int max_n = 0;             ///< of the longest; 0: words have no parts
  std::uint32_t bucket = 0;  ///< rows that parts and runs share by hash
};

/// 32-bit FNV-1a, but with bytes sign-extended, as fastText has it on x86.
class FastTextHash {
 public:
  void add(char c) { value_ = (value_ ^ static_cast<std::uint32_t>(static_cast<std::int8_t>(c))) * 16777619U; }
  void add(std::string_view text) {
    for (const char c : text) add(c);
  }
  std::uint32_t value() const { return value_; }

 private:
  std::uint32_t value_ = 2166136261U;
};

inline constexpr std::string_view kEndOfText = "</s>";
inline constexpr std::string_view kLabelPrefix = "__label__";

class FastTextDictionary {
 public:
  /// @throws InputError
  FastTextDictionary(FastTextBytes& bytes, const FastTextShape& shape);

  /// @throws InputError  unless every row this can name is among `rows`
  void check_rows(const FastTextBytes& bytes, std::size_t rows) const;

  std::size_t words() const { return words_; }
  const std::vector<std::string_view>& labels() const { return labels_; }
  const std::vector<std::int64_t>& label_counts() const { return label_counts_; }

  /// Appends the rows of a word. @param hash  of the word
  void rows_of_word(std::string_view word, std::uint32_t hash, std::vector<std::uint32_t>& rows) const;
  /// Appends the rows of the runs of two words and more, of which these are the hashes.
  void rows_of_runs(const std::vector<std::uint32_t>& words, std::vector<std::uint32_t>& rows) const;

 private:
  std::size_t find(std::string_view word, std::uint32_t hash) const;
  void read_words(FastTextBytes& bytes, std::uint64_t size);
  void read_kept(FastTextBytes& bytes, std::int64_t size);
  void index_words(const FastTextBytes& bytes);
  void rows_of_parts(std::string_view word, std::vector<std::uint32_t>& rows) const;
  void append_bucket(std::uint64_t bucket, std::vector<std::uint32_t>& rows) const;

  FastTextShape shape_;
  std::size_t words_ = 0;
  std::vector<std::string_view> entries_;  ///< words by row
  std::vector<std::uint32_t> index_;       ///< open addressing: 1 + a word's row, or 0
  std::vector<std::string_view> labels_;
  std::vector<std::int64_t> label_counts_;
  /// Pruned models keep few buckets: where each is. Open addressing: {1 + bucket, place}; empty where all are kept.
  struct Kept {
    std::uint32_t bucket_plus_one = 0, place = 0;
  };
  bool pruned_ = false;
  std::vector<Kept> kept_;
};

}  // namespace llmops::data
