// FineWeb's rules: the order and the comparisons are those of datatrove's FineWebQualityFilter.
#include <algorithm>

#include "data/rules/lines.h"
#include "data/rules/rule_sets.h"

namespace llmops::data {

namespace {

// Whether there are so many words, by a count that is never too high: ASCII characters behind a blank.
bool surely_has_words(std::string_view text, double least) {
  double words = 0;
  bool behind_blank = true;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\n' || c == '\t';
    if (behind_blank && c > ' ' && ++words >= least) return true;
    behind_blank = blank;
  }
  return false;
}

bool too_many_newlines(MeasuredText& text, double most) {
  const std::size_t newlines = text.lines().size() - 1;
  // One more than are needed, so that rounding does not tell.
  if (newlines == 0 || surely_has_words(text.text(), static_cast<double>(newlines) / most + 1)) return false;
  return share_of(newlines, std::max<std::size_t>(text.words().size(), 1)) > most;
}

}  // namespace

std::string broken_fineweb(MeasuredText& text, const FineWebSpec& spec) {
  std::vector<std::string_view> lines;
  std::size_t ended = 0, shorter = 0;
  for (const std::string_view line : text.lines()) {
    if (strip_left(line).empty()) continue;
    lines.push_back(line);
    ended += (last_class(line) & kTerminal) != 0;
    const auto most = static_cast<std::size_t>(spec.short_line_chars);
    shorter += line.size() <= most || (line.size() <= 4 * most && count_chars(line) <= most);
  }
  if (lines.empty()) return "fineweb_empty";
  if (share_of(ended, lines.size()) < spec.min_punctuation) return "fineweb_punctuation";
  if (spec.max_short_lines > 0 && share_of(shorter, lines.size()) > spec.max_short_lines) return "fineweb_short_lines";
  const std::size_t chars = text.chars() - (text.lines().size() - 1);
  if (spec.max_duplicate_chars > 0 && share_of(find_duplicates(lines).chars, chars) > spec.max_duplicate_chars) {
    return "fineweb_duplicate_chars";
  }
  if (spec.max_newlines > 0 && too_many_newlines(text, spec.max_newlines)) return "fineweb_newlines";
  return "";
}

}  // namespace llmops::data
