// One pass a length over the places where a run of words may repeat.
#include "data/rules/ngrams.h"

#include <bit>

#include "data/rules/index_table.h"

namespace llmops::data {

namespace {

struct Place {
  std::uint64_t hash = 0;   // of the run of words that begins here
  std::uint32_t word = 0;   // its first
  std::uint32_t count = 0;  // of the first place of a run: how often it has been met
  bool repeats = false;     // the run stands elsewhere too
  bool counted = false;     // of the first place of a run: it was met outside a repeated one
};

// Mixes a word's hash into that of a run; order matters. (The multiplier is 2^64 over the golden ratio.)
std::uint64_t extend(std::uint64_t run, std::uint64_t word) {
  const std::uint64_t hash = (std::rotl(run, 27) ^ word) * 0x9E3779B97F4A7C15ULL;
  return hash ^ (hash >> 32);
}

class NgramCounter {
 public:
  explicit NgramCounter(const std::vector<Word>& words) : words_(words) {
    // Code points before each word.
    before_.resize(words.size() + 1);
    for (std::size_t i = 0; i < words.size(); ++i) before_[i + 1] = before_[i] + words[i].chars;
  }

  NgramChars run(int longest) {
    NgramChars chars;
    places_.resize(words_.size());
    for (std::size_t i = 0; i < words_.size(); ++i)
      places_[i] = {words_[i].hash, static_cast<std::uint32_t>(i), 0, true, false};
    for (int n = 2; n <= longest && words_.size() >= static_cast<std::size_t>(n); ++n) {
      lengthen(n);
      if (n <= 4) {
        chars.top[n] = count_top(n);
      } else if (!places_.empty()) {
        chars.duplicate[n] = count_duplicates(n);
      }
    }
    return chars;
  }

 private:
  // From the runs of n-1 words to those of n: both of the shorter ones within it must repeat.
  void lengthen(int n) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i + 1 < places_.size(); ++i) {
      const Place &place = places_[i], &next = places_[i + 1];
      if (!place.repeats || !next.repeats || next.word != place.word + 1) continue;
      const std::uint64_t last = words_[place.word + static_cast<std::size_t>(n) - 1].hash;
      places_[kept++] = {extend(place.hash, last), place.word, 0, false, false};
    }
    places_.resize(kept);
    table_.reset(kept);
  }

  std::uint64_t chars_of(std::size_t word, int n) const {
    return before_[word + static_cast<std::size_t>(n)] - before_[word];
  }

  // Meets the run at place `i`, and returns its first place.
  Place& meet(std::uint32_t i) {
    const std::uint32_t first =
        table_.find_or_add(places_[i].hash, i, [this](std::uint32_t other) { return places_[other].hash; });
    if (first != i) places_[i].repeats = places_[first].repeats = true;
    ++places_[first].count;
    return places_[first];
  }

  std::uint64_t count_top(int n) {
    // Where no run repeats, the first is as common as any.
    std::uint32_t most = 1, most_word = 0;
    for (std::uint32_t i = 0; i < places_.size(); ++i) {
      const Place& first = meet(i);
      if (first.count > most || (first.count == most && first.word < most_word)) {
        most = first.count;
        most_word = first.word;
      }
    }
    return (chars_of(most_word, n) + static_cast<std::uint64_t>(n) - 1) * most;
  }

  // A run that repeats an earlier one is passed over whole; what begins within it is not remembered.
  std::uint64_t count_duplicates(int n) {
    std::uint64_t chars = 0;
    std::size_t next = 0;
    for (std::uint32_t i = 0; i < places_.size(); ++i) {
      Place& first = meet(i);
      const std::size_t word = places_[i].word;
      if (word < next) continue;
      if (first.counted) {
        chars += chars_of(word, n);
        next = word + static_cast<std::size_t>(n);
      }
      first.counted = true;
    }
    return chars;
  }

  const std::vector<Word>& words_;
  std::vector<std::uint64_t> before_;
  std::vector<Place> places_;
  IndexTable table_;
};

}  // namespace

NgramChars count_ngrams(const std::vector<Word>& words, int longest) { return NgramCounter(words).run(longest); }

}  // namespace llmops::data
