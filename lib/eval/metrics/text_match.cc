// Normalising two texts, then comparing them.
#include "eval/metrics/text_match.h"

#include <algorithm>

#include "eval/metrics/ngrams.h"
#include "eval/metrics/python_text.h"

namespace llmops::eval {
namespace {

std::string without(std::string_view text, const text::Regex& pattern) {
  std::vector<text::Range> matches;
  pattern.find_all(text, matches);
  std::string kept;
  std::size_t at = 0;
  for (const text::Range& match : matches) {
    kept += text.substr(at, match.begin - at);
    at = match.end;
  }
  return kept += text.substr(at);
}

std::string normalised(std::string_view raw, const MatchOptions& options) {
  std::string text(raw);
  for (const text::Regex& pattern : options.regexes_to_ignore) text = without(text, pattern);
  if (options.ignore_case) text = python_lower(text);
  if (options.ignore_punctuation) std::erase_if(text, is_ascii_punctuation);
  if (options.ignore_numbers) std::erase_if(text, [](char c) { return c >= '0' && c <= '9'; });
  return text;
}

std::vector<std::string> squad_words(std::string_view raw) {
  std::string text = python_lower(raw);
  std::erase_if(text, is_ascii_punctuation);
  std::vector<std::string> words = python_split(text);
  std::erase_if(words, [](const std::string& word) { return word == "a" || word == "an" || word == "the"; });
  return words;
}

}  // namespace

bool exact_match(std::string_view output, std::string_view reference, const MatchOptions& options) {
  return normalised(output, options) == normalised(reference, options);
}

double word_f1(std::string_view output, std::string_view reference) {
  const std::vector<std::string> ours = squad_words(output), theirs = squad_words(reference);
  if (ours.empty() || theirs.empty()) return ours.empty() && theirs.empty() ? 1 : 0;
  const double common = count_common(count_ngrams(ours, 1), count_ngrams(theirs, 1));
  if (common == 0) return 0;
  const double precision = common / static_cast<double>(ours.size());
  const double recall = common / static_cast<double>(theirs.size());
  return 2 * precision * recall / (precision + recall);
}

}  // namespace llmops::eval
