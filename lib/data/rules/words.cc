// The quick way for words of ASCII letters, which most are; what is left goes through the chunk splitter.
#include "data/rules/words.h"

#include <bit>
#include <cstring>

#include "core/error.h"
#include "core/hash.h"

namespace llmops::data {

namespace {

static_assert(std::endian::native == std::endian::little, "the first byte of a load is its lowest");

constexpr std::uint64_t kFirst = 0xA0761D6478BD642FULL, kSecond = 0xE7037ED1A0B428DBULL;  // odd, half of the bits set

std::uint64_t load_u64(const char* bytes) {
  std::uint64_t value = 0;
  std::memcpy(&value, bytes, 8);
  return value;
}

std::uint64_t load_u32(const char* bytes) {
  std::uint32_t value = 0;
  std::memcpy(&value, bytes, 4);
  return value;
}

// Both halves of the 128-bit product, so that every bit of either tells on all.
std::uint64_t fold(std::uint64_t a, std::uint64_t b) {
  const auto product = static_cast<unsigned __int128>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

// Of at most eight bytes, those behind the last of them 0. The size goes into all bits: "2" and "2\0" differ in it
// alone.
std::uint64_t short_hash(std::uint64_t bytes, std::size_t size) { return fold(bytes ^ (size + 1) * kFirst, kSecond); }

// How many of the eight bytes, from the first, are ASCII letters.
std::size_t leading_letters(std::uint64_t bytes) {
  constexpr std::uint64_t kOnes = 0x0101010101010101ULL, kHigh = 0x80 * kOnes;
  const std::uint64_t small = (bytes | 0x20 * kOnes) & ~kHigh;
  const std::uint64_t from_a = small + (0x80 - 'a') * kOnes, beyond_z = small + (0x80 - 'z' - 1) * kOnes;
  const std::uint64_t others = ~(from_a & ~beyond_z & ~bytes) & kHigh;
  return static_cast<std::size_t>(std::countr_zero(others)) / 8;
}

Word measure(std::string_view piece, std::size_t begin) {
  Word word{word_hash(piece), static_cast<std::uint32_t>(begin), 0, 0, true};
  for (std::size_t at = 0; at < piece.size();) {
    const ClassStep step = class_step(piece, at);
    word.bits |= step.bits;
    word.symbol &= (step.bits & kSymbol) != 0;
    ++word.chars;
    at += step.length;
  }
  return word;
}

class Splitter {
 public:
  explicit Splitter(std::string_view text) : text_(text) {
    if (text.size() > UINT32_MAX) throw InputError("a text of more than 4 GiB has no words");
    words_.resize(text.size() / 5 + 8);
  }

  std::vector<Word> run() {
    for (std::size_t at = 0; at < text_.size();) {
      const ClassStep step = class_step(text_, at);
      at = (step.bits & kSpace) != 0 ? at + step.length : take_chunk(at);
    }
    words_.resize(count_);
    return std::move(words_);
  }

 private:
  // push_back costs a fifth of all the time.
  void add(const Word& word) {
    if (count_ == words_.size()) words_.resize(2 * count_);
    words_[count_++] = word;
  }

  // Takes the chunk that begins at `begin`, and returns its end.
  std::size_t take_chunk(std::size_t begin) {
    std::size_t end = begin;
    std::uint64_t bytes = 0;
    std::size_t letters = 8;
    while (letters == 8 && end + 8 <= text_.size()) {
      bytes = load_u64(text_.data() + end);
      letters = leading_letters(bytes);
      end += letters;
    }
    const bool short_word = letters < 8 && end - begin == letters;
    if (end == begin || letters == 8 || is_cannot(begin, end)) return take_odd_chunk(begin, end);
    // The commonest other chunk: a word and a comma.
    const bool comma = text_[end] == ',';
    if (!at_break(end + comma)) return take_odd_chunk(begin, end);
    const std::uint64_t hash = short_word ? short_hash(bytes & ~(~std::uint64_t{0} << 8 * letters), letters)
                                          : word_hash(text_.substr(begin, end - begin));
    add({hash, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end - begin), kLetter, false});
    if (comma) add({short_hash(',', 1), static_cast<std::uint32_t>(end), 1, kAsciiClasses[','], true});
    return end + comma;
  }

  bool is_cannot(std::size_t begin, std::size_t end) const {
    return end - begin == 6 && std::memcmp(text_.data() + begin + 1, "annot", 5) == 0;
  }

  // Whether a chunk ends here.
  bool at_break(std::size_t at) const { return at >= text_.size() || text_[at] == ' ' || text_[at] == '\n'; }

  std::size_t take_odd_chunk(std::size_t begin, std::size_t end) {
    while (end < text_.size()) {
      const ClassStep step = class_step(text_, end);
      if ((step.bits & kSpace) != 0) break;
      end += step.length;
    }
    for (const std::string_view piece : chunks_.split(text_.substr(begin, end - begin))) {
      add(measure(piece, static_cast<std::size_t>(piece.data() - text_.data())));
    }
    return end;
  }

  std::string_view text_;
  ChunkSplitter chunks_;
  std::vector<Word> words_;  // the first count_ are words
  std::size_t count_ = 0;
};

}  // namespace

std::uint64_t word_hash(std::string_view word) {
  const char* bytes = word.data();
  const std::size_t size = word.size();
  if (size > 16) return xxh3_64(word);
  if (size > 8) return fold(load_u64(bytes) ^ (size + 1) * kFirst, load_u64(bytes + size - 8) ^ kSecond);
  if (size >= 4) return short_hash(load_u32(bytes) | load_u32(bytes + size - 4) << 8 * (size - 4), size);
  std::uint64_t loaded = 0;
  for (std::size_t i = 0; i < size; ++i) loaded |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << 8 * i;
  return short_hash(loaded, size);
}

std::vector<Word> split_words(std::string_view text) { return Splitter(text).run(); }

}  // namespace llmops::data
