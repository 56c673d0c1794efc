// Numbers between bounds, as expressions over their decimal digits.
#include "infer/grammar/number_range.h"

#include <algorithm>
#include <string>

namespace llmops::infer::grammar {
namespace {

using Magnitude = std::uint64_t;
constexpr std::size_t kMaxDigits = 16;  // where there is no bound: those of kIntegerPattern

// The distance from zero, also of the least int64.
Magnitude magnitude(std::int64_t value) {
  return value < 0 ? ~static_cast<Magnitude>(value) + 1 : static_cast<Magnitude>(value);
}

// Of magnitudes.
struct Range {
  Magnitude low = 0;
  std::optional<Magnitude> high;
  bool low_exclusive = false;
  bool high_exclusive = false;
};

std::optional<Range> positive_part(const Bound& low, const Bound& high) {
  if (high.value && *high.value < 0) return std::nullopt;
  Range range;
  if (low.value && *low.value >= 0) range = {magnitude(*low.value), {}, low.exclusive, false};
  if (high.value) range.high = magnitude(*high.value);
  range.high_exclusive = high.value && high.exclusive;
  return range;
}

// Without zero, which the other part has.
std::optional<Range> negative_part(const Bound& low, const Bound& high) {
  if (low.value && *low.value >= 0) return std::nullopt;
  Range range;
  range.low_exclusive = true;
  if (high.value && *high.value < 0) range = {magnitude(*high.value), {}, high.exclusive, false};
  if (low.value) range.high = magnitude(*low.value);
  range.high_exclusive = low.value && low.exclusive;
  return range;
}

class Digits {
 public:
  explicit Digits(Grammar& grammar) : grammar_(grammar) {}

  // Whole numbers from `low` to `high`, both included.
  ExprId between(Magnitude low, std::optional<Magnitude> high) {
    if (high && *high < low) return grammar_.nothing();
    const std::string first = std::to_string(low);
    const std::size_t longest = high ? std::to_string(*high).size() : std::max(kMaxDigits, first.size());
    std::vector<ExprId> ways;
    for (std::size_t length = first.size(); length <= longest; ++length) {
      const std::string least = length == first.size() ? first : "1" + std::string(length - 1, '0');
      const bool to_high = high && length == longest;
      ways.push_back(same_length(least, to_high ? std::to_string(*high) : std::string(length, '9'), 0));
    }
    return grammar_.choice(std::move(ways));
  }

 private:
  // Digits from `at` on, of two numbers that are equal before it.
  ExprId same_length(const std::string& least, const std::string& most, std::size_t at) {
    if (at == least.size()) return grammar_.literal("");
    if (least[at] == most[at]) {
      return grammar_.sequence({digit(least[at], least[at]), same_length(least, most, at + 1)});
    }
    const std::string nines(least.size(), '9'), zeros(least.size(), '0');
    const std::size_t rest = least.size() - at - 1;
    const bool low_is_free = least.compare(at + 1, rest, zeros, 0, rest) == 0;
    const bool high_is_free = most.compare(at + 1, rest, nines, 0, rest) == 0;
    const char first = static_cast<char>(least[at] + (low_is_free ? 0 : 1));
    const char last = static_cast<char>(most[at] - (high_is_free ? 0 : 1));
    std::vector<ExprId> ways;
    if (!low_is_free)
      ways.push_back(grammar_.sequence({digit(least[at], least[at]), same_length(least, nines, at + 1)}));
    if (first <= last) ways.push_back(grammar_.sequence({digit(first, last), free(rest)}));
    if (!high_is_free) ways.push_back(grammar_.sequence({digit(most[at], most[at]), same_length(zeros, most, at + 1)}));
    return grammar_.choice(std::move(ways));
  }

  ExprId digit(char first, char last) {
    return grammar_.character(CodePointSet({{static_cast<char32_t>(first), static_cast<char32_t>(last)}}));
  }
  ExprId free(std::size_t count) {
    return grammar_.repeat(digit('0', '9'), static_cast<std::uint32_t>(count), static_cast<std::uint32_t>(count));
  }

  Grammar& grammar_;
};

ExprId whole_numbers(Grammar& grammar, const Range& range) {
  const Magnitude low = range.low + (range.low_exclusive ? 1 : 0);
  if (range.high && range.high_exclusive && *range.high == 0) return grammar.nothing();
  std::optional<Magnitude> high = range.high;
  if (high && range.high_exclusive) --*high;
  return Digits(grammar).between(low, high);
}

// By the whole part: at the lower end, between, at the upper end.
ExprId fractions(Grammar& grammar, JsonText& json, const Range& range) {
  Digits digits(grammar);
  const ExprId any = json.pattern(R"((\.[0-9]{1,16})?)");
  const ExprId above_zero = json.pattern(R"(\.[0-9]{0,15}[1-9])");
  const ExprId zero = json.pattern(R"((\.0)?)");
  const auto at = [&](Magnitude whole, ExprId fraction) {
    return grammar.sequence({grammar.literal(std::to_string(whole)), fraction});
  };
  if (range.high && *range.high <= range.low) {
    const bool both = *range.high == range.low && !range.low_exclusive && !range.high_exclusive;
    return both ? at(range.low, zero) : grammar.nothing();
  }
  std::vector<ExprId> ways = {at(range.low, range.low_exclusive ? above_zero : any)};
  const std::optional<Magnitude> last = range.high ? std::optional(*range.high - 1) : std::nullopt;
  if (!last || *last > range.low) ways.push_back(grammar.sequence({digits.between(range.low + 1, last), any}));
  if (range.high && !range.high_exclusive) ways.push_back(at(*range.high, zero));
  return grammar.choice(std::move(ways));
}

}  // namespace

ExprId integer_between(Grammar& grammar, const Bound& low, const Bound& high) {
  std::vector<ExprId> ways;
  if (const auto range = positive_part(low, high)) ways.push_back(whole_numbers(grammar, *range));
  if (const auto range = negative_part(low, high)) {
    ways.push_back(grammar.sequence({grammar.literal("-"), whole_numbers(grammar, *range)}));
  }
  return ways.empty() ? grammar.nothing() : grammar.choice(std::move(ways));
}

ExprId number_between(Grammar& grammar, JsonText& json, const Bound& low, const Bound& high) {
  // Zero too, which may also be written -0.
  const auto side = [&](const Range& range, bool free) {
    return free ? json.pattern(kMagnitudePattern) : fractions(grammar, json, range);
  };
  std::vector<ExprId> ways;
  if (const auto range = positive_part(low, high))
    ways.push_back(side(*range, !range->high && range->low == 0 && !range->low_exclusive));
  if (const auto range = negative_part(low, high)) {
    const bool below_zero = high.value && (*high.value < 0 || high.exclusive);
    ways.push_back(grammar.sequence({grammar.literal("-"), side(*range, !range->high && !below_zero)}));
  }
  return ways.empty() ? grammar.nothing() : grammar.choice(std::move(ways));
}

}  // namespace llmops::infer::grammar
