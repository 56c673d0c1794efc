// Gopher's repetition rules: the order and the comparisons are those of datatrove's GopherRepetitionFilter.
#include <fmt/format.h>

#include <algorithm>

#include "data/rules/lines.h"
#include "data/rules/ngrams.h"
#include "data/rules/rule_sets.h"

namespace llmops::data {

namespace {

// What lies between runs of two line feeds or more, of the stripped text.
std::vector<std::string_view> split_paragraphs(std::string_view text) {
  text = strip(text);
  std::vector<std::string_view> paragraphs;
  for (std::size_t gap = text.find("\n\n"); gap != text.npos; gap = text.find("\n\n")) {
    paragraphs.push_back(text.substr(0, gap));
    text.remove_prefix(std::min(text.find_first_not_of('\n', gap), text.size()));
  }
  paragraphs.push_back(text);
  return paragraphs;
}

// What lies between runs of line feeds: an empty line only at the text's begin and end.
std::vector<std::string_view> lines_between_feeds(const std::vector<std::string_view>& all) {
  std::vector<std::string_view> lines;
  lines.reserve(all.size());
  if (all.size() > 1 && all.front().empty()) lines.push_back(all.front());
  for (const std::string_view line : all) {
    if (!line.empty()) lines.push_back(line);
  }
  if (all.size() == 1 ? all.front().empty() : all.back().empty()) lines.push_back(all.back());
  return lines;
}

std::string broken_paragraph_rule(MeasuredText& text, const GopherRepetitionSpec& spec) {
  if (spec.max_duplicate_paragraphs <= 0 && spec.max_duplicate_paragraph_chars <= 0) return "";
  const std::vector<std::string_view> paragraphs = split_paragraphs(text.text());
  const Duplicates found = find_duplicates(paragraphs);
  if (spec.max_duplicate_paragraphs > 0 &&
      share_of(found.elements, paragraphs.size()) > spec.max_duplicate_paragraphs) {
    return "gopher_duplicate_paragraphs";
  }
  const bool broken = spec.max_duplicate_paragraph_chars > 0 &&
                      share_of(found.chars, text.chars()) > spec.max_duplicate_paragraph_chars;
  return broken ? "gopher_duplicate_paragraph_chars" : "";
}

std::string broken_line_rule(MeasuredText& text, const GopherRepetitionSpec& spec) {
  if (spec.max_duplicate_lines <= 0 && spec.max_duplicate_line_chars <= 0) return "";
  const std::vector<std::string_view> lines = lines_between_feeds(text.lines());
  const Duplicates found = find_duplicates(lines);
  if (spec.max_duplicate_lines > 0 && share_of(found.elements, lines.size()) > spec.max_duplicate_lines) {
    return "gopher_duplicate_lines";
  }
  const bool broken =
      spec.max_duplicate_line_chars > 0 && share_of(found.chars, text.chars()) > spec.max_duplicate_line_chars;
  return broken ? "gopher_duplicate_line_chars" : "";
}

// The longest run of words that a rule asks about; 0 for none.
int longest_ngram(const GopherRepetitionSpec& spec) {
  int longest = 0;
  for (std::size_t i = 0; i < spec.max_top_ngrams.size(); ++i) {
    if (spec.max_top_ngrams[i] > 0) longest = static_cast<int>(i) + 2;
  }
  for (std::size_t i = 0; i < spec.max_duplicate_ngrams.size(); ++i) {
    if (spec.max_duplicate_ngrams[i] > 0) longest = static_cast<int>(i) + 5;
  }
  return longest;
}

std::string broken_ngram_rule(MeasuredText& text, const GopherRepetitionSpec& spec) {
  const int longest = longest_ngram(spec);
  if (longest == 0) return "";
  const NgramChars found = count_ngrams(text.words(), longest);
  const auto breaks = [&](std::uint64_t chars, double most) {
    return most > 0 && share_of(chars, text.chars()) > most;
  };
  for (std::size_t i = 0; i < spec.max_top_ngrams.size(); ++i) {
    if (breaks(found.top[i + 2], spec.max_top_ngrams[i])) return fmt::format("gopher_top_{}gram", i + 2);
  }
  for (std::size_t i = 0; i < spec.max_duplicate_ngrams.size(); ++i) {
    if (breaks(found.duplicate[i + 5], spec.max_duplicate_ngrams[i]))
      return fmt::format("gopher_duplicate_{}gram", i + 5);
  }
  return "";
}

}  // namespace

std::string broken_gopher_repetition(MeasuredText& text, const GopherRepetitionSpec& spec) {
  if (text.text().empty()) return "gopher_empty";
  if (std::string broken = broken_paragraph_rule(text, spec); !broken.empty()) return broken;
  if (std::string broken = broken_line_rule(text, spec); !broken.empty()) return broken;
  return broken_ngram_rule(text, spec);
}

}  // namespace llmops::data
