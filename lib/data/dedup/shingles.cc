// Words, runs of words, and the similarity of two sets of runs.
#include "data/dedup/shingles.h"

#include <unicode/uchar.h>

#include <algorithm>
#include <array>

#include "core/hash.h"
#include "text/utf8.h"

namespace llmops::data {

namespace {

/// The lower case of ASCII's letters and digits; 0 for what is part of no word.
constexpr std::array<char, 128> make_ascii_words() {
  std::array<char, 128> words{};
  for (unsigned char c = '0'; c <= '9'; ++c) words[c] = static_cast<char>(c);
  for (unsigned char c = 'a'; c <= 'z'; ++c) words[c] = words[c - 0x20U] = static_cast<char>(c);
  return words;
}
constexpr std::array<char, 128> kAsciiWords = make_ascii_words();

bool is_word_code_point(char32_t c) {
  return (U_MASK(u_charType(static_cast<UChar32>(c))) & (U_GC_L_MASK | U_GC_N_MASK | U_GC_M_MASK)) != 0;
}

// Mixes a word's hash into that of a run; the order of words matters. (The multiplier is 2^64 over the golden ratio.)
std::uint64_t mix(std::uint64_t run, std::uint64_t word) {
  std::uint64_t h = (run ^ word) * 0x9E3779B97F4A7C15ULL;
  return h ^ (h >> 29);
}

std::vector<std::uint64_t> word_hashes(std::string_view normalized) {
  std::vector<std::uint64_t> words;
  for (std::size_t begin = 0; begin < normalized.size();) {
    const std::size_t end = std::min(normalized.find(' ', begin), normalized.size());
    words.push_back(xxh3_64(normalized.substr(begin, end - begin)));
    begin = end + 1;
  }
  return words;
}

// @param length  at least 1, and at most the words there are
std::vector<std::uint64_t> runs_of(const std::vector<std::uint64_t>& words, int length) {
  const auto width = static_cast<std::size_t>(length);
  std::vector<std::uint64_t> runs;
  runs.reserve(words.size() - width + 1);
  for (std::size_t i = 0; i + width <= words.size(); ++i) {
    std::uint64_t hash = 0;
    for (std::size_t j = 0; j < width; ++j) hash = mix(hash, words[i + j]);
    runs.push_back(hash);
  }
  return runs;
}

}  // namespace

std::string normalized_words(std::string_view text) {
  // One byte more for a blank; the lower case of a letter of two bytes may take three.
  std::string out(text.size() + text.size() / 2 + 1, '\0');
  char* end = out.data();
  std::string lower;
  bool gap = false;
  const auto begin_word_part = [&] {
    if (gap && end != out.data()) *end++ = ' ';
    gap = false;
  };
  for (std::size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x80) {
      const char letter = kAsciiWords[c];
      if (letter == 0) {
        gap = true;
      } else {
        begin_word_part();
        *end++ = letter;
      }
      ++i;
      continue;
    }
    const text::Utf8Step step = text::utf8_step(text, i);
    if (is_word_code_point(step.code_point)) {
      begin_word_part();
      lower.clear();
      text::append_utf8(lower, static_cast<char32_t>(u_tolower(static_cast<UChar32>(step.code_point))));
      end = std::copy(lower.begin(), lower.end(), end);
    } else {
      gap = true;
    }
    i += step.length;
  }
  out.resize(static_cast<std::size_t>(end - out.data()));
  return out.empty() ? std::string(text) : out;
}

TextWords words_of(std::string_view text) {
  TextWords words{normalized_words(text), {}};
  words.hashes = word_hashes(words.normalized);
  return words;
}

std::vector<std::uint64_t> run_hashes(const std::vector<std::uint64_t>& words, int ngram) {
  return words.size() < static_cast<std::size_t>(ngram) ? std::vector<std::uint64_t>{} : runs_of(words, ngram);
}

std::vector<std::uint64_t> shingle_hashes(const std::vector<std::uint64_t>& words, int ngram) {
  return words.empty() ? words : runs_of(words, std::min(ngram, static_cast<int>(words.size())));
}

std::vector<std::uint64_t> shingle_set(const std::vector<std::uint64_t>& words, int ngram) {
  std::vector<std::uint64_t> shingles = shingle_hashes(words, ngram);
  std::sort(shingles.begin(), shingles.end());
  shingles.erase(std::unique(shingles.begin(), shingles.end()), shingles.end());
  return shingles;
}

double jaccard(const std::vector<std::uint64_t>& a, const std::vector<std::uint64_t>& b) {
  if (a.empty() && b.empty()) return 1;
  std::size_t common = 0, i = 0, j = 0;
  while (i < a.size() && j < b.size()) {
    common += a[i] == b[j];
    const bool step_a = a[i] <= b[j], step_b = b[j] <= a[i];
    i += step_a;
    j += step_b;
  }
  return static_cast<double>(common) / static_cast<double>(a.size() + b.size() - common);
}

}  // namespace llmops::data
