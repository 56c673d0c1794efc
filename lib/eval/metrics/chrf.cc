// chrF: n-gram statistics over code points, the F score of a corpus.
#include "eval/metrics/chrf.h"

#include <unordered_map>

#include "eval/metrics/python_text.h"
#include "text/utf8.h"

namespace llmops::eval {
namespace {

constexpr std::size_t kOrders = 6;
constexpr double kBetaSquared = 4;

using CharacterNgrams = std::unordered_map<std::string_view, int>;

/// Start of each character of a text without white space, and its end.
struct Characters {
  std::string text;
  std::vector<std::size_t> starts;

  explicit Characters(std::string_view raw) {
    for (const std::string& word : python_split(raw)) text += word;
    for (std::size_t at = 0; at < text.size(); at += text::utf8_step(text, at).length) starts.push_back(at);
    starts.push_back(text.size());
  }

  CharacterNgrams ngrams(std::size_t order) const {
    CharacterNgrams counts;
    for (std::size_t i = 0; i + order < starts.size(); ++i) {
      ++counts[std::string_view(text).substr(starts[i], starts[i + order] - starts[i])];
    }
    return counts;
  }
};

std::vector<double> compare(const Characters& output, const Characters& reference) {
  std::vector<double> statistics;
  for (std::size_t order = 1; order <= kOrders; ++order) {
    const CharacterNgrams ours = output.ngrams(order), theirs = reference.ngrams(order);
    double output_count = 0, reference_count = 0, common = 0;
    for (const auto& [ngram, count] : ours) {
      output_count += count;
      if (const auto found = theirs.find(ngram); found != theirs.end()) common += std::min(count, found->second);
    }
    for (const auto& [ngram, count] : theirs) reference_count += count;
    statistics.insert(statistics.end(), {theirs.empty() ? 0 : output_count, reference_count, common});
  }
  return statistics;
}

}  // namespace

std::vector<double> chrf_statistics(std::string_view output, std::span<const std::string> references) {
  const Characters ours(output);
  std::vector<double> best;
  double best_score = -1;
  for (const std::string& reference : references) {
    std::vector<double> statistics = compare(ours, Characters(reference));
    if (const double score = chrf_score(statistics); score > best_score) {
      best_score = score;
      best = std::move(statistics);
    }
  }
  return best;
}

double chrf_score(std::span<const double> sums) {
  double precision = 0, recall = 0;
  int orders = 0;
  for (std::size_t i = 0; i + 2 < sums.size(); i += 3) {
    if (sums[i] <= 0 || sums[i + 1] <= 0) continue;
    precision += sums[i + 2] / sums[i];
    recall += sums[i + 2] / sums[i + 1];
    ++orders;
  }
  if (orders == 0 || precision + recall == 0) return 0;
  precision /= orders;
  recall /= orders;
  return 100 * (1 + kBetaSquared) * precision * recall / (kBetaSquared * precision + recall);
}

}  // namespace llmops::eval
