// Reading a pattern as alternatives of runs of characters. Whatever is not understood for certain is left to PCRE2.
#include <algorithm>

#include "text/run_pattern.h"
#include "text/utf8.h"

namespace llmops::text {
namespace {

constexpr std::size_t kMaxAlternatives = 32;  // bits of a mask
constexpr std::size_t kUnbounded = SIZE_MAX;
constexpr std::size_t kMaxCount = 1000;

struct NotUnderstood {};

class Parser {
 public:
  explicit Parser(std::string_view pattern) : rest_(pattern) {}

  std::vector<RunAlternative> pattern() {
    std::vector<RunAlternative> alternatives(1);
    while (!rest_.empty()) {
      if (take("|")) {
        alternatives.emplace_back();
      } else {
        alternatives.back().push_back(item());
      }
    }
    return alternatives;
  }

 private:
  bool take(std::string_view expected) {
    if (!rest_.starts_with(expected)) return false;
    rest_.remove_prefix(expected.size());
    return true;
  }

  char32_t character() {
    if (rest_.empty()) throw NotUnderstood();
    const Utf8Step step = utf8_step(rest_, 0);
    if (!step.valid) throw NotUnderstood();
    rest_.remove_prefix(step.length);
    return step.code_point;
  }

  RunItem item() {
    RunItem item;
    if (take("(?!")) {
      item.kind = RunItem::Kind::kNotNext;
      item.set = set();
      if (!take(")")) throw NotUnderstood();
      return item;
    }
    if (take("(?i:")) {
      item = words(true);
    } else if (take("(?:")) {
      item = words(false);
    } else {
      item.set = set();
    }
    quantifier(item);
    return item;
  }

  RunItem words(bool any_case) {
    RunItem item;
    item.kind = RunItem::Kind::kWords;
    item.words.emplace_back();
    while (!take(")")) {
      if (take("|")) {
        item.words.emplace_back();
      } else {
        item.words.back().push_back(any_case ? both_cases(character()) : set());
      }
    }
    for (const auto& word : item.words) {
      if (word.empty()) throw NotUnderstood();
    }
    return item;
  }

  // Letters have the other case and, for two of them, a sign of the same letter (Unicode's CaseFolding.txt).
  static CharacterSet both_cases(char32_t c) {
    if (c >= 0x80 || std::string_view("\\[](){}*+?.^$|").find(static_cast<char>(c)) != std::string_view::npos) {
      throw NotUnderstood();
    }
    CharacterSet set = CharacterSet::of(c);
    const char32_t lower = c | 0x20;
    if (lower < 'a' || lower > 'z') return set;
    set.add(lower, lower);
    set.add(lower & ~char32_t{0x20}, lower & ~char32_t{0x20});
    if (lower == 's') set.add(0x17F, 0x17F);
    if (lower == 'k') set.add(0x212A, 0x212A);
    return set;
  }

  void quantifier(RunItem& item) {
    if (take("?")) {
      item.least = 0;
    } else if (take("*")) {
      item.least = 0;
      item.most = kUnbounded;
    } else if (take("+")) {
      item.most = kUnbounded;
    } else if (take("{")) {
      item.least = number();
      item.most = take(",") ? (rest_.starts_with("}") ? kUnbounded : number()) : item.least;
      if (!take("}") || item.most < item.least || item.most == 0) throw NotUnderstood();
      if (rest_.starts_with("+")) throw NotUnderstood();  // engines differ on what that means
    } else {
      return;
    }
    if (take("+")) item.possessive = true;
    if (rest_.starts_with("?") || rest_.starts_with("*") || rest_.starts_with("+") || rest_.starts_with("{")) {
      throw NotUnderstood();
    }
    if (item.kind == RunItem::Kind::kWords && (item.most > 1 || item.possessive)) throw NotUnderstood();
  }

  std::size_t number() {
    std::size_t value = 0;
    std::size_t digits = 0;
    for (; !rest_.empty() && rest_[0] >= '0' && rest_[0] <= '9'; rest_.remove_prefix(1), ++digits) {
      value = value * 10 + static_cast<std::size_t>(rest_[0] - '0');
      if (value > kMaxCount) throw NotUnderstood();
    }
    if (digits == 0) throw NotUnderstood();
    return value;
  }

  CharacterSet set() {
    if (take("[")) return bracket();
    if (rest_.starts_with("\\")) return escape();
    const char32_t c = character();
    if (c < 0x80 && std::string_view(".^$*+?(){}[]|").find(static_cast<char>(c)) != std::string_view::npos) {
      throw NotUnderstood();
    }
    return CharacterSet::of(c);
  }

  CharacterSet bracket() {
    CharacterSet set;
    const bool negated = take("^");
    bool first = true;
    for (; first || !take("]"); first = false) {
      if (first && rest_.starts_with("]")) throw NotUnderstood();
      if (rest_.starts_with("[") || rest_.starts_with("&&")) throw NotUnderstood();  // Oniguruma's set operations
      if (is_class_escape()) {
        const CharacterSet inner = escape();
        if (!inner.is_plain()) throw NotUnderstood();
        set.add(inner);
        if (rest_.starts_with("-") && !rest_.starts_with("-]")) throw NotUnderstood();
        continue;
      }
      const char32_t low = single();
      char32_t high = low;
      if (rest_.starts_with("-") && !rest_.starts_with("-]")) {
        take("-");
        if (is_class_escape() || rest_.starts_with("[")) throw NotUnderstood();
        high = single();
        if (high < low) throw NotUnderstood();
      }
      set.add(low, high);
    }
    if (negated) set.negate();
    return set;
  }

  bool is_class_escape() const {
    return rest_.size() > 1 && rest_[0] == '\\' && std::string_view("pPsSdD").find(rest_[1]) != std::string_view::npos;
  }

  char32_t single() { return take("\\") ? escaped_character() : character(); }

  CharacterSet escape() {
    const bool is_class = is_class_escape();
    take("\\");
    if (!is_class) return CharacterSet::of(escaped_character());
    CharacterSet set;
    const char32_t kind = character();
    if (kind == 's' || kind == 'S') set.add_white_space();
    if (kind == 'd' || kind == 'D') set.add_categories(*named_category("Nd"));
    if (kind == 'p' || kind == 'P') set.add_categories(property());
    if (kind == 'S' || kind == 'D' || kind == 'P') set.negate();
    return set;
  }

  CategoryMask property() {
    std::string_view name = rest_.substr(0, 1);
    if (take("{")) {
      const std::size_t end = rest_.find('}');
      if (end == std::string_view::npos) throw NotUnderstood();
      name = rest_.substr(0, end);
      rest_.remove_prefix(end + 1);
    } else {
      rest_.remove_prefix(name.size());
    }
    const auto mask = named_category(name);
    if (!mask) throw NotUnderstood();
    return *mask;
  }

  char32_t escaped_character() {
    const char32_t c = character();
    switch (c) {
      case 'n': return '\n';
      case 'r': return '\r';
      case 't': return '\t';
      case 'f': return '\f';
      case 'x': return hexadecimal();
      default: break;
    }
    const bool letter_or_digit = (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
    if (c >= 0x80 || letter_or_digit) throw NotUnderstood();
    return c;
  }

  // "\x{4E00}"
  char32_t hexadecimal() {
    if (!take("{")) throw NotUnderstood();
    char32_t value = 0;
    while (!take("}")) {
      const char32_t c = character();
      const char32_t lower = c | 0x20;
      const bool digit = c >= '0' && c <= '9';
      if (!digit && (lower < 'a' || lower > 'f')) throw NotUnderstood();
      value = value * 16 + (digit ? c - '0' : lower - 'a' + 10);
      if (value > 0x10FFFF) throw NotUnderstood();
    }
    return value;
  }

  std::string_view rest_;
};

bool must_take(const RunItem& item) { return item.kind != RunItem::Kind::kNotNext && item.least > 0; }

// Whether giving back characters of items[at] could make what follows match.
bool giving_back_helps(const RunAlternative& items, std::size_t at) {
  for (std::size_t i = at + 1; i < items.size(); ++i) {
    if (items[i].kind == RunItem::Kind::kNotNext) return true;
    if (items[i].kind == RunItem::Kind::kRun && items[i].set.may_overlap(items[at].set)) return true;
    for (const auto& word : items[i].words) {
      if (word.front().may_overlap(items[at].set)) return true;
    }
    if (must_take(items[i])) return false;  // nothing that was given back can be what it begins with
  }
  return false;  // what follows may match nothing, so it never fails
}

// Marks the runs that never need to give back. False for an alternative that may match nothing, or whose runs could be
// cut in too many ways.
bool settle(RunAlternative& items) {
  if (std::none_of(items.begin(), items.end(), must_take)) return false;
  std::size_t ways = 0;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (items[i].kind != RunItem::Kind::kRun) {
      if (!items[i].set.is_plain()) return false;
      continue;
    }
    if (!items[i].set.is_plain()) return false;
    items[i].possessive = items[i].possessive || items[i].least == items[i].most || !giving_back_helps(items, i);
    if (!items[i].possessive && items[i].most > 4) ++ways;
  }
  return ways <= 1;
}

}  // namespace

std::optional<RunPattern> RunPattern::parse(std::string_view pattern) {
  try {
    std::vector<RunAlternative> alternatives = Parser(pattern).pattern();
    if (alternatives.size() > kMaxAlternatives) return std::nullopt;
    for (RunAlternative& items : alternatives) {
      if (!settle(items)) return std::nullopt;
    }
    return RunPattern(std::move(alternatives));
  } catch (const NotUnderstood&) {
    return std::nullopt;
  }
}

}  // namespace llmops::text
