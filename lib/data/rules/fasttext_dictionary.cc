// fastText's dictionary: reading it, and naming the rows of a word.
#include "data/rules/fasttext_dictionary.h"

#include <algorithm>
#include <bit>
#include <limits>

namespace llmops::data {

namespace {

constexpr std::uint8_t kWordType = 0, kLabelType = 1;
constexpr std::uint64_t kEntryBytes = 10;  // of the shortest: no letter, zero, count, type

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

std::uint32_t spread(std::uint32_t hash) { return hash * 2654435769U; }

// Twice as many slots as entries, and a power of two.
std::size_t slots_for(std::size_t entries) { return std::bit_ceil(std::max<std::size_t>(2 * entries, 2)); }

}  // namespace

FastTextDictionary::FastTextDictionary(FastTextBytes& bytes, const FastTextShape& shape) : shape_(shape) {
  const std::uint64_t size = bytes.count<std::int32_t>("the number of words", kEntryBytes);
  const auto words = bytes.number<std::int32_t>("the number of words");
  const auto labels = bytes.number<std::int32_t>("the number of labels");
  bytes.number<std::int64_t>("the number of tokens");
  const auto kept = bytes.number<std::int64_t>("the number of kept n-grams");
  bytes.check(words >= 0 && static_cast<std::uint64_t>(words) <= size, "the number of words");
  bytes.check(labels > 0 && static_cast<std::uint64_t>(labels) == size - static_cast<std::uint64_t>(words),
              "the number of labels");
  words_ = static_cast<std::size_t>(words);
  read_words(bytes, size);
  read_kept(bytes, kept);
  index_words(bytes);
}

void FastTextDictionary::read_words(FastTextBytes& bytes, std::uint64_t size) {
  entries_.reserve(words_);
  for (std::uint64_t i = 0; i < size; ++i) {
    const std::string_view text = bytes.word();
    const auto count = bytes.number<std::int64_t>("a word's count");
    const auto type = bytes.number<std::uint8_t>("a word's type");
    bytes.check(type == (i < words_ ? kWordType : kLabelType), "a word's type");
    if (type == kWordType) {
      entries_.push_back(text);
      continue;
    }
    labels_.push_back(text.starts_with(kLabelPrefix) ? text.substr(kLabelPrefix.size()) : text);
    label_counts_.push_back(count);
  }
}

void FastTextDictionary::read_kept(FastTextBytes& bytes, std::int64_t size) {
  pruned_ = size >= 0;
  if (size <= 0) return;
  constexpr std::uint64_t kPair = 2 * sizeof(std::int32_t);
  const std::string_view pairs = bytes.take(static_cast<std::uint64_t>(size), kPair, "the kept n-grams");
  kept_.resize(slots_for(static_cast<std::size_t>(size)));
  for (std::size_t at = 0; at < pairs.size(); at += kPair) {
    std::int32_t pair[2];
    std::memcpy(pair, pairs.data() + at, sizeof(pair));
    bytes.check(pair[0] >= 0 && static_cast<std::uint32_t>(pair[0]) < shape_.bucket && pair[1] >= 0, "a kept n-gram");
    const auto bucket = static_cast<std::uint32_t>(pair[0]);
    std::size_t slot = spread(bucket) & (kept_.size() - 1);
    while (kept_[slot].bucket_plus_one != 0 && kept_[slot].bucket_plus_one != bucket + 1) {
      slot = (slot + 1) & (kept_.size() - 1);
    }
    kept_[slot] = {bucket + 1, static_cast<std::uint32_t>(pair[1])};
  }
}

void FastTextDictionary::index_words(const FastTextBytes& bytes) {
  index_.resize(slots_for(words_));
  for (std::size_t row = 0; row < words_; ++row) {
    FastTextHash hash;
    hash.add(entries_[row]);
    std::size_t slot = spread(hash.value()) & (index_.size() - 1);
    while (index_[slot] != 0) {
      bytes.check(entries_[index_[slot] - 1] != entries_[row], "a word that is there twice");
      slot = (slot + 1) & (index_.size() - 1);
    }
    index_[slot] = static_cast<std::uint32_t>(row + 1);
  }
}

void FastTextDictionary::check_rows(const FastTextBytes& bytes, std::size_t rows) const {
  bytes.check(rows >= words_ && rows <= std::numeric_limits<std::uint32_t>::max(), "the matrix of words");
  const std::size_t shared = rows - words_;
  const bool uses_buckets = shape_.max_n > 0 || shape_.word_ngrams > 1;
  bytes.check(!uses_buckets || shape_.bucket > 0, "the number of buckets");
  bytes.check(!uses_buckets || pruned_ || shape_.bucket <= shared, "the matrix of n-grams");
  for (const Kept& kept : kept_) {
    bytes.check(kept.bucket_plus_one == 0 || kept.place < shared, "a kept n-gram");
  }
}

std::size_t FastTextDictionary::find(std::string_view word, std::uint32_t hash) const {
  for (std::size_t slot = spread(hash) & (index_.size() - 1); index_[slot] != 0;
       slot = (slot + 1) & (index_.size() - 1)) {
    const std::size_t row = index_[slot] - 1;
    if (entries_[row] == word) return row;
  }
  return words_;
}

void FastTextDictionary::rows_of_word(std::string_view word, std::uint32_t hash,
                                      std::vector<std::uint32_t>& rows) const {
  const std::size_t row = find(word, hash);
  if (row < words_) rows.push_back(static_cast<std::uint32_t>(row));
  if (shape_.max_n > 0 && word != kEndOfText) rows_of_parts(word, rows);
}

// Parts are runs of min_n to max_n code points of "<word>"; the brackets alone are none.
void FastTextDictionary::rows_of_parts(std::string_view word, std::vector<std::uint32_t>& rows) const {
  const std::size_t size = word.size() + 2;
  const auto at = [&](std::size_t i) { return i == 0 ? '<' : i + 1 == size ? '>' : word[i - 1]; };
  for (std::size_t begin = 0; begin < size; ++begin) {
    if (continues_character(at(begin))) continue;
    FastTextHash hash;
    std::size_t end = begin;
    for (int n = 1; end < size && n <= shape_.max_n; ++n) {
      do hash.add(at(end++));
      while (end < size && continues_character(at(end)));
      const bool bracket = n == 1 && (begin == 0 || end == size);
      if (n >= shape_.min_n && !bracket) append_bucket(hash.value() % shape_.bucket, rows);
    }
  }
}

void FastTextDictionary::rows_of_runs(const std::vector<std::uint32_t>& words, std::vector<std::uint32_t>& rows) const {
  const auto wide = [](std::uint32_t hash) {  // fastText keeps hashes as signed numbers
    return static_cast<std::uint64_t>(static_cast<std::int64_t>(static_cast<std::int32_t>(hash)));
  };
  const auto longest = static_cast<std::size_t>(std::max(shape_.word_ngrams, 1));
  for (std::size_t begin = 0; longest > 1 && begin < words.size(); ++begin) {
    std::uint64_t hash = wide(words[begin]);
    for (std::size_t i = begin + 1; i < std::min(words.size(), begin + longest); ++i) {
      hash = hash * 116049371U + wide(words[i]);
      append_bucket(hash % shape_.bucket, rows);
    }
  }
}

void FastTextDictionary::append_bucket(std::uint64_t bucket, std::vector<std::uint32_t>& rows) const {
  if (!pruned_) {
    rows.push_back(static_cast<std::uint32_t>(words_ + bucket));
    return;
  }
  if (kept_.empty()) return;
  const auto wanted = static_cast<std::uint32_t>(bucket + 1);
  for (std::size_t slot = spread(wanted - 1) & (kept_.size() - 1); kept_[slot].bucket_plus_one != 0;
       slot = (slot + 1) & (kept_.size() - 1)) {
    if (kept_[slot].bucket_plus_one != wanted) continue;
    rows.push_back(static_cast<std::uint32_t>(words_ + kept_[slot].place));
    return;
  }
}

}  // namespace llmops::data
