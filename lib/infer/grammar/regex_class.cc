// The parts of a pattern that stand for one character: escapes and classes in brackets.
#include "infer/grammar/regex_class.h"

#include <fmt/format.h>

#include "infer/grammar/character_names.h"

namespace llmops::infer::grammar {
namespace {

CodePointSet one(char32_t c) { return CodePointSet({{c, c}}); }

bool is_letter(char32_t c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// "{1F600}" behind \x or \u.
char32_t take_braced_hex(SourceText& text) {
  const std::size_t begin = text.at();
  char32_t value = 0;
  int digits = 0;
  while (!text.at_end() && !text.looking_at("}") && digits++ < 8) value = value * 16 + text.take_hex(1);
  if (digits == 0 || value > kLastCodePoint || !text.take_if("}")) {
    text.fail(begin, "expected hexadecimal digits of a character, and '}'");
  }
  return value;
}

char32_t take_number_escape(SourceText& text, char32_t letter) {
  if (letter == 'U') return text.take_hex(8);
  if (text.take_if("{")) return take_braced_hex(text);
  if (letter == 'x') return text.take_hex(2);
  const char32_t high = text.take_hex(4);
  if (high < 0xD800 || high > 0xDBFF || !text.take_if("\\u")) return high;
  const std::size_t begin = text.at();
  const char32_t low = text.take_hex(4);  // two surrogates, as JavaScript writes a character beyond U+FFFF
  if (low < 0xDC00 || low > 0xDFFF) text.fail(begin, "expected the second half of a surrogate pair");
  return 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
}

CodePointSet take_category(SourceText& text, bool negated) {
  const std::size_t begin = text.at();
  std::string name;
  if (text.take_if("{")) {
    negated ^= text.take_if("^");
    while (!text.at_end() && !text.looking_at("}") && name.size() < 32) name += static_cast<char>(text.take());
    if (!text.take_if("}")) text.fail(begin, "expected '}' behind the name of a category");
  } else if (!text.at_end()) {
    name = static_cast<char>(text.take());
  }
  const auto set = category_class(name);
  if (!set) {
    text.fail(begin, fmt::format("'{}' is no general category", name),
              "categories are L, Lu, Ll, N, Nd, P, S, Z and so on");
  }
  return negated ? set->negated() : *set;
}

// "[:alpha:]" within brackets, of which "[:" has been taken; none when it is not one.
std::optional<CodePointSet> take_posix(SourceText& text) {
  const std::size_t begin = text.at();
  const bool negated = text.take_if("^");
  std::string name;
  while (is_letter(text.peek())) name += static_cast<char>(text.take());
  if (!text.take_if(":]")) {
    text.go_to(begin);
    return std::nullopt;
  }
  const auto set = posix_class(name);
  if (!set) text.fail(begin, fmt::format("'[:{}:]' is no class of characters", name));
  return negated ? set->negated() : *set;
}

CodePointSet take_class_item(SourceText& text) {
  if (text.take_if("[:")) {
    if (const auto posix = take_posix(text)) return *posix;
    text.go_to(text.at() - 1);  // a bracket, and then a colon
    return one('[');
  }
  if (text.take_if("\\")) return take_escape(text, /*in_brackets=*/true);
  return one(text.take());
}

bool is_single(const CodePointSet& set) {
  return set.ranges().size() == 1 && set.ranges()[0].first == set.ranges()[0].last;
}

}  // namespace

CodePointSet take_escape(SourceText& text, bool in_brackets) {
  const std::size_t at = text.at() - 1;
  if (text.at_end()) text.fail(at, "nothing behind '\\'");
  const char32_t letter = text.take();
  if (letter >= 0x80 || !(is_letter(letter) || (letter >= '0' && letter <= '9'))) return one(letter);
  static constexpr std::pair<char32_t, char32_t> kControls[] = {{'n', '\n'}, {'r', '\r'}, {'t', '\t'}, {'f', '\f'},
                                                                {'v', '\v'}, {'a', '\a'}, {'e', 0x1B}};
  for (const auto& [name, control] : kControls) {
    if (letter == name) return one(control);
  }
  if (const auto set = escape_class(letter)) return *set;
  if (letter == 'x' || letter == 'u' || letter == 'U') return one(take_number_escape(text, letter));
  if (letter == 'p' || letter == 'P') return take_category(text, letter == 'P');
  if (letter == 'b' && in_brackets) return one('\b');
  const bool digit_follows = text.peek() >= '0' && text.peek() <= '9';
  if (letter == '0' && !digit_follows) return one(0);
  if (letter <= '9') text.fail(at, "references to groups are not supported");
  if (letter == 'b' || letter == 'B')
    text.fail(at, fmt::format("word boundaries '\\{}' are not supported", static_cast<char>(letter)));
  text.fail(at, fmt::format("escape '\\{}' is not supported", static_cast<char>(letter)));
}

CodePointSet take_brackets(SourceText& text) {
  const std::size_t begin = text.at() - 1;
  const bool negated = text.take_if("^");
  std::vector<CodePointRange> ranges;
  for (bool first = true; first || !text.looking_at("]"); first = false) {
    if (text.at_end()) text.fail(begin, "'[' without ']'");
    const std::size_t at = text.at();
    const CodePointSet low = take_class_item(text);
    const bool is_range = text.looking_at("-") && !text.looking_at("-]") && is_single(low);
    if (!is_range) {
      ranges.insert(ranges.end(), low.ranges().begin(), low.ranges().end());
      continue;
    }
    text.take();
    if (text.at_end()) text.fail(begin, "'[' without ']'");
    const CodePointSet high = take_class_item(text);
    if (!is_single(high)) text.fail(at, "a range ends with a class");
    if (low.ranges()[0].first > high.ranges()[0].first) text.fail(at, "the ends of a range are in the wrong order");
    ranges.push_back({low.ranges()[0].first, high.ranges()[0].first});
  }
  text.take();
  const CodePointSet set(std::move(ranges));
  return negated ? set.negated() : set;
}

}  // namespace llmops::infer::grammar
