#include "data/pii/name_book.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"
#include "core/files.h"
#include "data/pii/name_list.h"
#include "data/pii/name_tokens.h"
#include "data/pii/scan_text.h"

namespace llmops::data {

namespace {

constexpr std::size_t kMostWords = 8;

// Words that are longer than those of the built-in list keep their letters and only lose their case.
std::string folded(std::string_view word) {
  if (const pii::FoldedWord short_word = pii::fold_word(word); short_word.size > 0)
    return std::string(short_word.view());
  std::string lower_case(word);
  std::transform(lower_case.begin(), lower_case.end(), lower_case.begin(), pii::lower);
  return lower_case;
}

// Any bytes but blanks and ASCII punctuation other than hyphens and apostrophes: the names may be of any script.
bool in_word(char c) { return pii::is_alnum(c) || pii::is_high(c) || c == '-' || c == '\''; }

std::size_t word_end(std::string_view text, std::size_t i) {
  while (i < text.size() && in_word(text[i])) ++i;
  return i;
}

// The end of a word without the "'s" of a possessive.
std::size_t without_possessive(std::string_view text, std::size_t begin, std::size_t end) {
  const std::string_view word = text.substr(begin, end - begin);
  const bool possessive =
      word.size() > 2 && (word.substr(word.size() - 2) == "'s" || word.substr(word.size() - 2) == "'S");
  return possessive ? end - 2 : end;
}

}  // namespace

NameBook::NameBook(std::string_view list, const std::string& origin) {
  std::size_t number = 0;
  for (std::size_t begin = 0; begin < list.size();) {
    const std::size_t end = std::min(list.find('\n', begin), list.size());
    const std::string_view line = list.substr(begin, end - begin);
    begin = end + 1;
    ++number;
    if (!line.empty() && line[0] == '#') continue;
    std::string phrase, first;
    std::size_t words = 0;
    for (std::size_t i = 0; i < line.size();) {
      const std::size_t last = word_end(line, i);
      if (last > i) {
        const std::string word = folded(line.substr(i, last - i));
        phrase += (words == 0 ? "" : " ") + word;
        if (words++ == 0) first = word;
      }
      i = last + 1;
    }
    if (words == 0 && line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    if (words == 0 || words > kMostWords) {
      throw ConfigError(fmt::format("{}:{}: '{}' is not a name", origin, number, line.substr(0, 80)),
                        "a name a line, of one to eight words");
    }
    std::size_t& longest = longest_by_first_[first];
    longest = std::max(longest, words);
    phrases_.insert(phrase);
  }
}

NameBook NameBook::from_file(const std::filesystem::path& path) {
  const MappedFile file(path);
  return {file.text(), path.string()};
}

void NameBook::find(std::string_view text, std::vector<PiiSpan>& out) const {
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t end = word_end(text, i);
    if (end == i) {
      ++i;
      continue;
    }
    const std::size_t best = longest_name(text, i, end);
    if (best > i) out.push_back({PiiType::kName, i, best});
    i = std::max(best, end);
  }
}

// The end of the longest name that begins with the word [begin, end), or 0.
std::size_t NameBook::longest_name(std::string_view text, std::size_t begin, std::size_t end) const {
  std::size_t last = without_possessive(text, begin, end), best = 0;
  std::string phrase = folded(text.substr(begin, last - begin));
  const auto known = longest_by_first_.find(phrase);
  if (known == longest_by_first_.end()) return 0;
  for (std::size_t words = 1;; ++words) {
    if (phrases_.count(phrase) > 0) best = last;
    if (words == known->second || last >= text.size() || text[last] != ' ') return best;
    const std::size_t next = last + 1, next_end = word_end(text, next);
    if (next_end == next) return best;
    last = without_possessive(text, next, next_end);
    phrase += " " + folded(text.substr(next, last - next));
  }
}

}  // namespace llmops::data
