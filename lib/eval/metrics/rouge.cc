// ROUGE: words are runs of a-z and 0-9 after lower-casing; everything else separates.
#include "eval/metrics/rouge.h"

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "eval/metrics/ngrams.h"
#include "eval/metrics/python_text.h"

namespace llmops::eval {
namespace {

using Words = std::vector<std::string>;

Words rouge_words(std::string_view text) {
  Words words;
  bool inside = false;
  for (const char c : python_lower(text)) {
    const bool part = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (part && !inside) words.emplace_back();
    if (part) words.back() += c;
    inside = part;
  }
  return words;
}

double f_measure(double hits, double output_count, double reference_count) {
  if (hits == 0) return 0;
  const double precision = hits / output_count, recall = hits / reference_count;
  return 2 * precision * recall / (precision + recall);
}

/// (R+1, C+1): length of the longest common subsequence of the first r and c words.
std::vector<std::vector<int>> lcs_table(const Words& reference, const Words& output) {
  std::vector<std::vector<int>> table(reference.size() + 1, std::vector<int>(output.size() + 1, 0));
  for (std::size_t r = 1; r <= reference.size(); ++r) {
    for (std::size_t c = 1; c <= output.size(); ++c) {
      const bool equal = reference[r - 1] == output[c - 1];
      table[r][c] = equal ? table[r - 1][c - 1] + 1 : std::max(table[r - 1][c], table[r][c - 1]);
    }
  }
  return table;
}

/// Adds the positions in `reference` of one longest common subsequence. Of several, the one that the reference
/// implementation walks back to.
void add_lcs_positions(const Words& reference, const Words& output, std::set<std::size_t>& positions) {
  const auto table = lcs_table(reference, output);
  std::size_t r = reference.size(), c = output.size();
  while (r > 0 && c > 0) {
    if (reference[r - 1] == output[c - 1]) {
      positions.insert(r - 1);
      --r;
      --c;
    } else if (table[r][c - 1] > table[r - 1][c]) {
      --c;
    } else {
      --r;
    }
  }
}

struct Lines {
  std::vector<Words> lines;
  std::map<std::string, int> counts;
  std::size_t words = 0;

  explicit Lines(std::string_view text) {
    while (!text.empty()) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      lines.push_back(rouge_words(text.substr(0, end)));
      for (const std::string& word : lines.back()) ++counts[word];
      words += lines.back().size();
      text.remove_prefix(std::min(end + 1, text.size()));
    }
  }
};

}  // namespace

double rouge_n(std::string_view output, std::string_view reference, std::size_t order) {
  const Words ours = rouge_words(output), theirs = rouge_words(reference);
  const double hits = count_common(count_ngrams(ours, order), count_ngrams(theirs, order));
  const auto count = [order](const Words& words) {
    return static_cast<double>(words.size() >= order ? words.size() - order + 1 : 0);
  };
  return f_measure(hits, count(ours), count(theirs));
}

double rouge_l(std::string_view output, std::string_view reference) {
  const Words ours = rouge_words(output), theirs = rouge_words(reference);
  const int longest = lcs_table(theirs, ours).back().back();
  return f_measure(longest, static_cast<double>(ours.size()), static_cast<double>(theirs.size()));
}

double rouge_lsum(std::string_view output, std::string_view reference) {
  Lines ours(output), theirs(reference);
  double hits = 0;
  for (const Words& line : theirs.lines) {
    std::set<std::size_t> positions;
    for (const Words& candidate : ours.lines) add_lcs_positions(line, candidate, positions);
    for (const std::size_t position : positions) {
      int& left_ours = ours.counts[line[position]];
      int& left_theirs = theirs.counts[line[position]];
      if (left_ours <= 0 || left_theirs <= 0) continue;
      --left_ours;
      --left_theirs;
      ++hits;
    }
  }
  return f_measure(hits, static_cast<double>(ours.words), static_cast<double>(theirs.words));
}

}  // namespace llmops::eval
