#include "core/spelling.h"

#include <algorithm>

namespace llmops {

int edit_distance(std::string_view a, std::string_view b) {
  // Three rows: the one before last is needed for a swap of neighbours.
  std::vector<int> before(b.size() + 1), previous(b.size() + 1), current(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) previous[j] = static_cast<int>(j);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    current[0] = static_cast<int>(i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const int change = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      current[j] = std::min({previous[j] + 1, current[j - 1] + 1, change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        current[j] = std::min(current[j], before[j - 2] + 1);
      }
    }
    before.swap(previous);
    previous.swap(current);
  }
  return previous[b.size()];
}

std::vector<std::string> nearest(std::string_view word, const std::vector<std::string>& known, std::size_t most) {
  std::vector<std::pair<int, std::string>> scored;
  for (const std::string& candidate : known) {
    if (candidate.empty()) continue;
    int distance = edit_distance(word.substr(0, 200), std::string_view(candidate).substr(0, 200));
    const int limit = std::max<int>(1, static_cast<int>(std::max(word.size(), candidate.size()) / 3));
    const bool prefix = word.size() >= 2 && candidate.starts_with(word);
    if (prefix) distance = std::min(distance, limit);
    if (distance <= limit) scored.emplace_back(distance, candidate);
  }
  std::sort(scored.begin(), scored.end());
  std::vector<std::string> names;
  for (const auto& [distance, name] : scored) {
    if (names.size() == most) break;
    names.push_back(name);
  }
  return names;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& known, const std::string& otherwise) {
  const std::vector<std::string> names = nearest(word, known);
  if (names.empty()) return otherwise;
  std::string text = "did you mean ";
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? " or " : ", ";
    text += "'" + names[i] + "'";
  }
  return text + "?";
}

}  // namespace llmops
