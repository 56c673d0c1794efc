#include "data/explore/log_odds.h"

#include <algorithm>
#include <cmath>

namespace llmops::data::explore {
namespace {

// log(count + prior of the word) - log(of all other words).
double log_odds_of(double count, double total, double word_prior, double prior) {
  return std::log((count + word_prior) / (total + prior - count - word_prior));
}

}  // namespace

std::vector<WordShift> vocabulary_shift(const WordCounts& before, const WordCounts& after, std::size_t most,
                                        double prior) {
  std::vector<WordShift> shifts;
  const auto n_before = static_cast<double>(before.tokens()), n_after = static_cast<double>(after.tokens());
  const auto add = [&](std::string_view text, std::uint64_t a, std::uint64_t b) {
    if (a + b < 2) return;
    const auto y_a = static_cast<double>(a), y_b = static_cast<double>(b);
    const double word_prior = prior * (y_a + y_b) / (n_before + n_after);
    WordShift shift{std::string(text), a, b};
    shift.log_odds = log_odds_of(y_b, n_after, word_prior, prior) - log_odds_of(y_a, n_before, word_prior, prior);
    shift.z = shift.log_odds / std::sqrt(1 / (y_a + word_prior) + 1 / (y_b + word_prior));
    if (std::isfinite(shift.z)) shifts.push_back(std::move(shift));
  };
  before.for_each(
      [&](std::uint64_t hash, std::string_view text, std::uint64_t count) { add(text, count, after.count(hash)); });
  after.for_each([&](std::uint64_t hash, std::string_view text, std::uint64_t count) {
    if (before.count(hash) == 0) add(text, 0, count);
  });
  std::sort(shifts.begin(), shifts.end(),
            [](const WordShift& a, const WordShift& b) { return a.z != b.z ? a.z > b.z : a.word < b.word; });
  std::vector<WordShift> kept;
  for (std::size_t i = 0; i < shifts.size() && i < most && shifts[i].z > 0; ++i) kept.push_back(shifts[i]);
  for (std::size_t i = shifts.size(); i-- > 0 && shifts.size() - i <= most && shifts[i].z < 0;)
    kept.push_back(shifts[i]);
  return kept;
}

Json word_shifts_json(const std::vector<WordShift>& shifts) {
  Json list = Json::array();
  for (const WordShift& shift : shifts) {
    list.push_back({{"word", shift.word},
                    {"before", shift.before},
                    {"after", shift.after},
                    {"log_odds", shift.log_odds},
                    {"z", shift.z}});
  }
  return list;
}

}  // namespace llmops::data::explore
