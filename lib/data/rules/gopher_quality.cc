// Gopher's quality rules: the order and the comparisons are those of datatrove's GopherQualityFilter.
#include <algorithm>
#include <bit>

#include "data/rules/lines.h"
#include "data/rules/rule_sets.h"

namespace llmops::data {

namespace {

// What the rules ask of the words.
struct WordCounts {
  std::size_t words = 0;       // not symbols alone
  std::size_t chars = 0;       // of those
  std::size_t alphabetic = 0;  // with a letter
};

WordCounts count_words(const std::vector<Word>& words) {
  WordCounts counts;
  for (const Word& word : words) {
    counts.words += !word.symbol;
    counts.chars += word.symbol ? 0 : word.chars;
    counts.alphabetic += (word.bits & kLetter) != 0;
  }
  return counts;
}

std::size_t count_stop_words(const std::vector<Word>& words, const std::vector<std::string>& stop_words) {
  // A word's hash selects one of 64 bits first, so that nearly all words are passed over by one test.
  std::vector<std::uint64_t> wanted;
  std::uint64_t bits = 0, found = 0;
  for (const std::string& word : stop_words) {
    wanted.push_back(word_hash(word));
    bits |= std::uint64_t{1} << (wanted.back() & 63);
  }
  const std::size_t all = wanted.size();
  for (const Word& word : words) {
    if ((bits >> (word.hash & 63) & 1) == 0) continue;
    for (std::size_t i = 0; i < all; ++i) found |= std::uint64_t{wanted[i] == word.hash} << i;
  }
  return static_cast<std::size_t>(std::popcount(found));
}

// Occurrences that do not overlap.
std::size_t count(std::string_view text, std::string_view part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != text.npos; at = text.find(part, at + part.size())) ++found;
  return found;
}

bool too_many_symbols(std::string_view text, std::size_t words, double most) {
  if (share_of(count(text, "#"), words) > most) return true;
  return share_of(count(text, "...") + count(text, "…"), words) > most;
}

std::string broken_line_rule(std::string_view text, const GopherQualitySpec& spec) {
  std::size_t bullets = 0, ellipses = 0;
  const std::vector<std::string_view> lines = python_lines(text);
  for (const std::string_view line : lines) {
    const std::string_view begin = strip_left(line), end = strip_right(line);
    bullets += begin.starts_with("•") || begin.starts_with('-');
    ellipses += end.ends_with("...") || end.ends_with("…");
  }
  if (spec.max_bullet_lines > 0 && share_of(bullets, lines.size()) > spec.max_bullet_lines) return "gopher_bullets";
  if (spec.max_ellipsis_lines > 0 && share_of(ellipses, lines.size()) > spec.max_ellipsis_lines)
    return "gopher_ellipsis";
  return "";
}

}  // namespace

std::string broken_gopher_quality(MeasuredText& text, const GopherQualitySpec& spec) {
  const std::vector<Word>& words = text.words();
  const WordCounts counts = count_words(words);
  const auto is = [](int threshold, auto broken) {
    return threshold > 0 && broken(static_cast<std::size_t>(threshold));
  };
  if (is(spec.min_words, [&](std::size_t least) { return counts.words < least; })) return "gopher_words";
  if (is(spec.max_words, [&](std::size_t most) { return counts.words > most; })) return "gopher_words";
  const double mean = share_of(counts.chars, counts.words);
  if (spec.min_mean_word_length > 0 && mean < spec.min_mean_word_length) return "gopher_mean_word_length";
  if (spec.max_mean_word_length > 0 && mean > spec.max_mean_word_length) return "gopher_mean_word_length";
  if (spec.max_symbols > 0 && too_many_symbols(text.text(), words.size(), spec.max_symbols)) return "gopher_symbols";
  if (std::string broken = broken_line_rule(text.text(), spec); !broken.empty()) return broken;
  if (spec.min_alphabetic > 0 && share_of(counts.alphabetic, words.size()) < spec.min_alphabetic)
    return "gopher_alphabetic";
  const auto few_stop_words = [&](std::size_t least) { return count_stop_words(words, spec.stop_words) < least; };
  if (is(spec.min_stop_words, few_stop_words)) return "gopher_stop_words";
  return "";
}

}  // namespace llmops::data
