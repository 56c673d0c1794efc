// Telephone numbers: read as groups of digits with the separators between them, then judged by the shape of the groups.
#include <algorithm>
#include <string>

#include "data/pii_scanners.h"

namespace llmops::data::pii {

namespace {

struct Group {
  std::string digits;
  std::string before;   ///< separators in front of it
  std::size_t end = 0;  ///< byte behind its last digit
};

struct Candidate {
  bool plus = false;
  bool parenthesis = false;  ///< around the first group
  std::vector<Group> groups;
};

constexpr std::size_t kMostGroups = 7;
constexpr std::size_t kMostDigits = 15;  // ITU-T E.164

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

bool in_range(const std::string& digits, int low, int high) {
  if (digits.size() > 4) return false;
  const int value = std::stoi(digits);
  return value >= low && value <= high;
}

bool all_separated_by(const std::vector<Group>& groups, std::string_view separator) {
  return std::all_of(groups.begin() + 1, groups.end(), [&](const Group& group) { return group.before == separator; });
}

// Whether the first three groups are a date; the hour may follow.
bool is_date(const std::vector<Group>& g) {
  if (g.size() < 3 || g.size() > 4 || g[1].before != g[2].before || g[1].before == " ") return false;
  const bool year_first = g[0].digits.size() == 4 && in_range(g[1].digits, 1, 12) && in_range(g[2].digits, 1, 31);
  const bool year_last = g[2].digits.size() == 4 && in_range(g[0].digits, 1, 31) && in_range(g[1].digits, 1, 31) &&
                         in_range(g[2].digits, 1900, 2099);
  return year_first || year_last;
}

// Things other than telephone numbers that come in groups of digits.
bool is_something_else(const std::vector<Group>& g) {
  const auto length = [&](std::size_t i) { return g[i].digits.size(); };
  const bool hyphens = all_separated_by(g, "-");
  if (is_date(g)) return true;
  if (g.size() == 3 && hyphens && length(0) == 3 && length(1) == 2 && length(2) == 4) return true;  // US social security
  if (g.size() == 2 && hyphens && length(0) == 5 && length(1) == 4) return true;                    // US postcode
  const auto is_year = [](const Group& group) { return group.digits.size() == 4 && in_range(group.digits, 1000, 2099); };
  if (g.size() == 2 && is_year(g[0]) && is_year(g[1])) return true;
  if (all_separated_by(g, ".")) {
    if (g.size() < 3) return true;  // a decimal number
    const auto is_byte = [](const Group& group) { return group.digits.size() <= 3 && in_range(group.digits, 0, 255); };
    if (g.size() == 4 && std::all_of(g.begin(), g.end(), is_byte)) return true;  // an IP address
  }
  return length(0) <= 3 && all_separated_by(g, " ") &&
         std::all_of(g.begin() + 1, g.end(), [](const Group& group) { return group.digits == "000"; });
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

// What the words around a number say of it.
enum class Context { kNone, kPhone, kAddress };

Context context_of(std::string_view text, std::size_t begin, std::size_t end) {
  static const char* const kPhoneWords[] = {"phone", "tel", "call", "mobile", "fax", "cell", "whatsapp", "sms", "dial", "ring me"};
  static const char* const kAddressWords[] = {"apt", "suite", "unit ", "room ", "p.o.", "box "};
  static const char* const kWordsBehind[] = {"office", "fax", "mobile", "cell"};
  const std::size_t from = begin > 24 ? begin - 24 : 0;
  const std::string before = lower_case(text.substr(from, begin - from));
  if (holds_any(before, kPhoneWords) || holds_any(lower_case(text.substr(end, 8)), kWordsBehind)) return Context::kPhone;
  return holds_any(before.substr(before.size() - std::min<std::size_t>(before.size(), 7)), kAddressWords) ? Context::kAddress
                                                                                                       : Context::kNone;
}

// North American numbers: neither the area nor the exchange begins with 0 or 1.
bool is_north_american(const std::string& digits) {
  return digits.size() == 10 && digits[0] >= '2' && digits[3] >= '2';
}

// The last groups of a candidate may belong to the next word ("call 555 0134 2 times"): so many digits of them at most,
// behind so many of the number itself.
constexpr std::size_t kMostLoose = 2, kMostBeforeLoose = 11;

std::size_t count_digits(const std::vector<Group>& groups) {
  std::size_t digits = 0;
  for (const Group& group : groups) digits += group.digits.size();
  return digits;
}

bool has_phone_shape(const Candidate& candidate, const std::vector<Group>& g, Context context) {
  const std::size_t digits = count_digits(g), loose = count_digits(candidate.groups) - digits;
  std::size_t single = 0, slashes = 0;
  for (const Group& group : g) {
    single += group.digits.size() == 1;
    slashes += group.before.find('/') != std::string::npos;
  }
  const std::size_t least = context == Context::kPhone && g.size() >= 3 ? 6 : 7;
  if (digits < least || digits > kMostDigits) return false;
  if (loose > kMostLoose || (loose > 0 && digits > kMostBeforeLoose)) return false;
  if (candidate.plus) return digits >= 8;
  if (context == Context::kAddress) return false;
  if (g.size() == 1) return context == Context::kPhone || is_north_american(g[0].digits);
  if (g.back().digits.size() < 2 || single > 1 || slashes > 1 || is_something_else(g)) return false;
  if (slashes == 1 && g[0].digits[0] != '0') return false;
  if (candidate.parenthesis || g[0].digits.compare(0, 2, "00") == 0) return true;
  return digits <= 13 && std::all_of(g.begin(), g.end(), [](const Group& group) { return group.digits.size() <= 8; });
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
      const bool too_long = count_digits(candidate.groups) > kMostDigits;
      end = std::max(i + 1, too_long ? candidate.groups.back().end : candidate.groups.front().end);
    }
    i = end - 1;
  }
}

}  // namespace llmops::data::pii
