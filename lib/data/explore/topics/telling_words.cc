// Names of topics.
#include <algorithm>
#include <cmath>
#include <map>
#include <unordered_map>

#include "data/explore/scan_words.h"
#include "data/explore/stop_words.h"
#include "data/explore/topics/topic_map.h"

namespace llmops::data::explore {
namespace {

constexpr double kMostDocuments = 0.7;

struct WordUse {
  std::vector<std::uint32_t> by_class;
  std::uint32_t all = 0, documents = 0;
  std::size_t last_document = SIZE_MAX;
};

bool may_name(std::string_view word) {
  if (word.size() < 2 || (word[0] >= '0' && word[0] <= '9')) return false;
  const bool kana = word.size() == 3 && word[0] == '\xE3' && word[1] >= '\x81' && word[1] <= '\x83';
  return !kana && !is_stop_word(word);
}

}  // namespace

std::vector<std::vector<std::string>> telling_words(std::span<const std::string> texts,
                                                    std::span<const std::size_t> classes, std::size_t count,
                                                    std::size_t most) {
  std::map<std::string, WordUse, std::less<>> words;
  std::vector<double> tokens(count, 0);
  double all_tokens = 0;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    WordScanner scanner(texts[i]);
    for (auto token = scanner.next(); token != WordScanner::Token::kEnd; token = scanner.next()) {
      if (token != WordScanner::Token::kWord) continue;
      ++tokens[classes[i]];
      ++all_tokens;
      if (!may_name(scanner.word())) continue;
      auto found = words.find(scanner.word());
      if (found == words.end()) found = words.emplace(std::string(scanner.word()), WordUse{}).first;
      WordUse& use = found->second;
      if (use.by_class.empty()) use.by_class.resize(count);
      ++use.by_class[classes[i]];
      ++use.all;
      use.documents += use.last_document != i;
      use.last_document = i;
    }
  }
  const double a_class = all_tokens / static_cast<double>(std::max<std::size_t>(count, 1));
  std::vector<std::vector<std::pair<double, std::string_view>>> scores(count);
  for (const auto& [word, use] : words) {
    const auto documents = static_cast<double>(use.documents);
    if (texts.size() > 20 && (documents > kMostDocuments * static_cast<double>(texts.size()) || use.documents < 2))
      continue;
    for (std::size_t k = 0; k < count; ++k) {
      if (use.by_class[k] == 0) continue;
      scores[k].emplace_back(use.by_class[k] / tokens[k] * std::log(1 + a_class / use.all), word);
    }
  }
  std::vector<std::vector<std::string>> names(count);
  for (std::size_t k = 0; k < count; ++k) {
    std::stable_sort(scores[k].begin(), scores[k].end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    for (std::size_t i = 0; i < std::min(most, scores[k].size()); ++i) names[k].emplace_back(scores[k][i].second);
  }
  return names;
}

}  // namespace llmops::data::explore
