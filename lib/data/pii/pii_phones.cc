// Telephone numbers: read as groups of digits with the separators between them, then judged by the shape of the groups.
#include <algorithm>
#include <array>

#include "data/pii/context.h"
#include "data/pii/phone_shape.h"
#include "data/pii/pii_scanners.h"
#include "data/pii/scan_text.h"

namespace llmops::data::pii {

namespace {

using namespace std::string_view_literals;

bool is_separator(char c) { return c == ' ' || c == '-' || c == '.' || c == '/' || c == '(' || c == ')'; }

// From run `first` on, which `begin` may precede by a plus and a parenthesis.
Candidate read_candidate(const Scan& scan, std::size_t first, std::size_t begin) {
  const auto& runs = scan.anchors.digits;
  Candidate candidate;
  for (std::size_t i = begin; i < runs[first].begin; ++i) {
    candidate.plus |= scan.text[i] == '+';
    candidate.parenthesis |= scan.text[i] == '(';
  }
  for (std::size_t r = first; r < runs.size() && candidate.count < kMostGroups; ++r) {
    std::string_view joint;
    if (r > first) joint = scan.text.substr(runs[r - 1].end, runs[r].begin - runs[r - 1].end);
    if (r > first && (joint.size() > 3 || !std::all_of(joint.begin(), joint.end(), is_separator))) break;
    candidate.group[candidate.count++] = {scan.text.substr(runs[r].begin, runs[r].size()), joint, runs[r].end};
  }
  candidate.parenthesis &= candidate.count > 1 && candidate.group[1].before.find(')') != std::string_view::npos;
  return candidate;
}

std::size_t next_visible(std::string_view text, std::size_t i) {
  while (i < text.size() && text[i] == ' ') ++i;
  return i;
}

constexpr std::array kPhoneWords = {"phone"sv,    "tel"sv, "call"sv, "mobile"sv,  "fax"sv,   "cell"sv,
                                    "whatsapp"sv, "sms"sv, "dial"sv, "ring me"sv, "handy"sv, "reach me"sv};
constexpr std::array kAddressWords = {"apt"sv, "suite"sv, "unit "sv, "room "sv, "p.o."sv, "box "sv};
constexpr std::array kWordsBehind = {"office"sv, "fax"sv, "mobile"sv, "cell"sv};

// What the words in front say, and an operator on either side.
PhoneContext context_of(std::string_view text, std::size_t begin, std::size_t end) {
  const std::string_view window = text_before(text, begin, 24);
  if (holds_any(window, kPhoneWords) || word_behind(text, end, 8, kWordsBehind)) return PhoneContext::kPhone;
  if (holds_any(window.substr(window.size() - std::min<std::size_t>(window.size(), 7)), kAddressWords)) {
    return PhoneContext::kAddress;
  }
  const std::size_t last = window.find_last_not_of(' ');
  const char left = last == std::string_view::npos ? ' ' : window[last], right = at(text, next_visible(text, end));
  const auto is_operator = [](char c) { return c == '=' || c == '+' || c == '*'; };
  return is_operator(left) || is_operator(right) || left == '<' ? PhoneContext::kSum : PhoneContext::kNone;
}

// "x123", "ext. 123" behind a number.
std::size_t extension_end(std::string_view text, std::size_t end) {
  std::size_t i = next_visible(text, end);
  if (text.substr(i, 3) == "ext") {
    i += at(text, i + 3) == '.' ? 4 : 3;
  } else if (at(text, i) == 'x') {
    ++i;
  } else {
    return end;
  }
  i = next_visible(text, i);
  const std::size_t first = i;
  while (is_digit(at(text, i)) && i - first < 6) ++i;
  return i > first ? i : end;
}

bool may_begin(std::string_view text, std::size_t i) {
  if (i == 0) return true;
  const char left = text[i - 1];
  if (left == ',') return i == 1 || !is_digit(text[i - 2]);  // not the thousands of a number
  // A letter, a currency sign (the last bytes of those in UTF-8 are above 127) or a joint: part of something longer.
  return !is_alnum(left) && !is_high(left) && "._-/#$%@+"sv.find(left) == std::string_view::npos;
}

std::size_t phone_end(std::string_view text, std::size_t begin, const Candidate& candidate) {
  for (std::size_t count = candidate.count; count > 0; --count) {
    const std::span<const Group> groups = candidate.groups().first(count);
    const std::size_t digits = count_digits(groups);
    if (digits < 6) return 0;
    if (digits > kMostPhoneDigits) continue;
    const std::size_t last = extension_end(text, groups.back().end);
    const char right = at(text, last);
    if (is_alnum(right) || right == '%' || right == '@') continue;
    if (has_phone_shape(candidate, groups, context_of(text, begin, last))) return last;
  }
  return 0;
}

}  // namespace

void find_phones(const Scan& scan, std::vector<PiiSpan>& out) {
  const auto& runs = scan.anchors.digits;
  const std::string_view text = scan.text;
  for (std::size_t r = 0; r < runs.size();) {
    std::size_t begin = runs[r].begin;
    while (begin > 0 && runs[r].begin - begin < 2 && (text[begin - 1] == '+' || text[begin - 1] == '(')) --begin;
    if (!may_begin(text, begin)) begin = runs[r].begin;
    if (!may_begin(text, begin)) {
      ++r;
      continue;
    }
    const Candidate candidate = read_candidate(scan, r, begin);
    const std::size_t end = phone_end(text, begin, candidate);
    if (end > 0) {
      out.push_back({PiiType::kPhone, begin, end});
      r = first_run_behind(scan.anchors, r, end);
    } else {
      // Another number may begin with the next group, but not within a long one, such as a card's.
      r += count_digits(candidate.groups()) > kMostPhoneDigits ? candidate.count : 1;
    }
  }
}

}  // namespace llmops::data::pii
