// The quick way for words of ASCII letters, which most are; what is left goes through the chunk splitter.
#include "data/rules/words.h"

#include <cstring>

#include "core/error.h"
#include "core/hash.h"

namespace llmops::data {

namespace {

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
    unsigned case_bits = 0;
    while (end < text_.size()) {
      const auto byte = static_cast<unsigned char>(text_[end]);
      const unsigned bits = byte < 0x80 ? kAsciiClasses[byte] : 0;
      if ((bits & kLetter) == 0) break;
      case_bits |= bits;
      ++end;
    }
    if (end > begin && !is_cannot(begin, end)) {
      if (at_break(end)) return take_letters(begin, end, case_bits);
      // The commonest other chunk: a word and a comma.
      if (text_[end] == ',' && at_break(end + 1)) {
        take_letters(begin, end, case_bits);
        add({word_hash(","), static_cast<std::uint32_t>(end), 1, kAsciiClasses[','], true});
        return end + 1;
      }
    }
    return take_odd_chunk(begin, end);
  }

  bool is_cannot(std::size_t begin, std::size_t end) const {
    return end - begin == 6 && std::memcmp(text_.data() + begin + 1, "annot", 5) == 0;
  }

  // Whether a chunk ends here.
  bool at_break(std::size_t at) const { return at >= text_.size() || text_[at] == ' ' || text_[at] == '\n'; }

  std::size_t take_letters(std::size_t begin, std::size_t end, unsigned case_bits) {
    add({word_hash(text_.substr(begin, end - begin)), static_cast<std::uint32_t>(begin),
         static_cast<std::uint32_t>(end - begin), static_cast<std::uint16_t>(case_bits), false});
    return end;
  }

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
  // Odd constants with half of the bits set. The size goes into all bits: loads overlap, so that "2" and "12" may
  // differ in nothing else.
  constexpr std::uint64_t kFirst = 0xA0761D6478BD642FULL, kSecond = 0xE7037ED1A0B428DBULL;
  const char* bytes = word.data();
  const std::size_t size = word.size();
  if (size > 16) return xxh3_64(word);
  const std::uint64_t seed = (size + 1) * kFirst;
  if (size >= 8) return fold(load_u64(bytes) ^ seed, load_u64(bytes + size - 8) ^ kSecond);
  if (size >= 4) return fold(load_u32(bytes) ^ seed, load_u32(bytes + size - 4) ^ kSecond);
  if (size == 0) return 0;
  const auto byte = [bytes](std::size_t i) { return std::uint64_t{static_cast<unsigned char>(bytes[i])}; };
  return fold((byte(0) | byte(size / 2) << 8 | byte(size - 1) << 16) ^ seed, kSecond);
}

std::vector<Word> split_words(std::string_view text) { return Splitter(text).run(); }

}  // namespace llmops::data
