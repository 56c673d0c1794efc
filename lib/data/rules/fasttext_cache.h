// What a thread remembers of a fastText model: the summed rows of words it has met, as few words are most of a text.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace llmops::data {

/// A sum of rows, and how many they are.
struct FastTextSum {
  explicit FastTextSum(std::size_t dim) : values(dim) {}
  float* vector() { return values.data(); }
  void add(const float* other, std::size_t count) {
    for (std::size_t i = 0; i < values.size(); ++i) values[i] += other[i];
    rows += count;
  }
  void add(const FastTextSum& other) { add(other.values.data(), other.rows); }
  /// Ends the sum. @pre rows > 0
  const float* mean() {
    const float scale = 1.0F / static_cast<float>(rows);
    for (float& value : values) value *= scale;
    return values.data();
  }

  std::vector<float> values;
  std::size_t rows = 0;
};

/// Bounded, one word a slot. A word's sum is the same from here as computed anew, to the last bit, so that what a
/// thread has met before decides nothing but time.
class FastTextCache {
 public:
  /// The calling thread's, emptied where it was another model's.
  static FastTextCache& of_thread(std::uint64_t serial, std::size_t dim);
  /// A number that no other model has, so that a new model at an old one's address is not taken for it.
  static std::uint64_t next_serial();

  /// @returns whether the word was there, and has been added to `sum`
  bool add(std::string_view word, std::uint32_t hash, FastTextSum& sum) const;
  void begin_word();
  /// Keeps `word` (the member) as the sum of this word.
  void keep(std::string_view text, std::uint32_t hash);

  std::vector<std::uint32_t> rows;  ///< scratch: of the word being read
  FastTextSum word{0};              ///< scratch: its sum

 private:
  static constexpr std::size_t kLongest = 23;  ///< bytes of a word
  struct Slot {
    std::uint32_t hash = 0, rows = 0;
    std::uint8_t size = 0xFF;  ///< 0xFF: empty
    char text[kLongest] = {};
  };
  bool holds(const Slot& slot, std::string_view word, std::uint32_t hash) const;
  std::size_t slot_of(std::uint32_t hash) const;

  std::uint64_t serial_ = 0;
  std::vector<Slot> slots_;
  std::vector<float> sums_;  ///< (slots, dim)
};

}  // namespace llmops::data
