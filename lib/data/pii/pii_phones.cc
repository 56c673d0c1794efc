// Telephone numbers: read as groups of digits with the separators between them, then judged by the shape of the groups.
#include <algorithm>
#include <string>

#include "data/pii/phone_shape.h"
#include "data/pii/pii_scanners.h"

namespace llmops::data::pii {

namespace {

constexpr std::size_t kMostGroups = 7;

bool is_separator(char c) { return c == ' ' || c == '-' || c == '.' || c == '/' || c == '(' || c == ')'; }

Candidate read_candidate(std::string_view text, std::size_t i) {
  Candidate candidate;
  while (at(text, i) == '+' || at(text, i) == '(') {
    candidate.plus |= text[i] == '+';
    candidate.parenthesis |= text[i] == '(';
    ++i;
  }
  std::string before;
  while (candidate.groups.size() < kMostGroups) {
    Group group{"", before, 0};
    while (is_digit(at(text, i))) group.digits += text[i++];
    group.end = i;
    candidate.groups.push_back(group);
    before.clear();
    while (before.size() < 3 && is_separator(at(text, i)) && i < text.size()) before += text[i++];
    if (before.empty() || !is_digit(at(text, i))) break;
  }
  return candidate;
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = is_letter(c) ? static_cast<char>(c | 0x20) : c;
  return lower;
}

template <std::size_t N>
bool holds_any(const std::string& text, const char* const (&words)[N]) {
  return std::any_of(std::begin(words), std::end(words),
                     [&](const char* word) { return text.find(word) != std::string::npos; });
}

char next_visible(std::string_view text, std::size_t i) {
  while (at(text, i) == ' ' && i < text.size()) ++i;
  return at(text, i);
}

PhoneContext context_of(std::string_view text, std::size_t begin, std::size_t end) {
  static const char* const kPhoneWords[] = {"phone", "tel",      "call", "mobile", "fax",
                                            "cell",  "whatsapp", "sms",  "dial",   "ring me"};
  static const char* const kAddressWords[] = {"apt", "suite", "unit ", "room ", "p.o.", "box "};
  static const char* const kWordsBehind[] = {"office", "fax", "mobile", "cell"};
  const std::size_t from = begin > 24 ? begin - 24 : 0;
  const std::string before = lower_case(text.substr(from, begin - from));
  if (holds_any(before, kPhoneWords) || holds_any(lower_case(text.substr(end, 8)), kWordsBehind))
    return PhoneContext::kPhone;
  if (holds_any(before.substr(before.size() - std::min<std::size_t>(before.size(), 7)), kAddressWords)) {
    return PhoneContext::kAddress;
  }
  const std::size_t last = before.find_last_not_of(' ');
  const char left = last == std::string::npos ? ' ' : before[last], right = next_visible(text, end);
  const auto is_operator = [](char c) { return c == '=' || c == '+' || c == '*'; };
  return is_operator(left) || is_operator(right) ? PhoneContext::kSum : PhoneContext::kNone;
}

// "x123", "ext. 123" behind a number.
std::size_t extension_end(std::string_view text, std::size_t end) {
  std::size_t i = end;
  while (at(text, i) == ' ' && i < text.size()) ++i;
  if (text.substr(i, 3) == "ext") {
    i += at(text, i + 3) == '.' ? 4 : 3;
  } else if (at(text, i) == 'x') {
    ++i;
  } else {
    return end;
  }
  while (at(text, i) == ' ' && i < text.size()) ++i;
  const std::size_t first = i;
  while (is_digit(at(text, i)) && i - first < 6) ++i;
  return i > first ? i : end;
}

bool may_begin(std::string_view text, std::size_t i) {
  const char c = text[i], next = at(text, i + 1);
  if (!is_digit(c) && !((c == '+' || c == '(') && (is_digit(next) || next == '+' || next == '('))) return false;
  if (i == 0) return true;
  const char before = text[i - 1];
  if (before == ',') return i == 1 || !is_digit(text[i - 2]);  // not the thousands of a number
  // A letter, a currency sign (the last bytes of those in UTF-8 are above 127) or a joint: part of something longer.
  return !is_alnum(before) && static_cast<unsigned char>(before) < 0x80 &&
         std::string_view("._-/#$%@+").find(before) == std::string_view::npos;
}

}  // namespace

void find_phones(std::string_view text, std::vector<PiiSpan>& out) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!may_begin(text, i)) continue;
    const Candidate candidate = read_candidate(text, i);
    std::vector<Group> groups = candidate.groups;
    std::size_t end = 0;
    for (; !groups.empty() && end == 0; groups.pop_back()) {
      const std::size_t last = extension_end(text, groups.back().end);
      const bool bounded = !is_alnum(at(text, last)) && at(text, last) != '%' && at(text, last) != '@';
      if (bounded && has_phone_shape(candidate, groups, context_of(text, i, last))) end = last;
    }
    if (end > 0) out.push_back({PiiType::kPhone, i, end});
    if (end == 0) {
      // Another number may begin with the next group, but not within a long one, such as a card's.
      const bool too_long = count_digits(candidate.groups) > kMostPhoneDigits;
      end = std::max(i + 1, too_long ? candidate.groups.back().end : candidate.groups.front().end);
    }
    i = end - 1;
  }
}

}  // namespace llmops::data::pii
