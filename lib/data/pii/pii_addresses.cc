// Addresses: parts of them that stand by one another, and the lines around a dwelling.
#include <algorithm>

#include "data/pii/address_parts.h"
#include "data/pii/pii_scanners.h"
#include "data/pii/scan_text.h"

namespace llmops::data::pii {

namespace {

constexpr std::size_t kMostLine = 60;  // bytes of a line of an address

std::size_t line_begin(std::string_view text, std::size_t i, std::size_t after) {
  while (i > after && text[i - 1] != '\n') --i;
  return i;
}

// Quotation marks and blanks in front of a line (">", "* ").
std::size_t skip_quotes(std::string_view text, std::size_t i, std::size_t end) {
  while (i < end && !is_alnum(text[i]) && !is_high(text[i])) ++i;
  return i;
}

// "35 Kromwater 38\n Apt. 705", "40 Storgata 21, Apt. 434": what stands in front of a dwelling is its street when there
// is a number in it.
std::size_t with_street(std::string_view text, std::size_t dwelling, std::size_t after) {
  const std::size_t least = std::max(after, dwelling > 2 * kMostLine ? dwelling - 2 * kMostLine : 0);
  std::size_t begin = line_begin(text, dwelling, least), end = dwelling;
  if (skip_quotes(text, begin, dwelling) == dwelling && begin > least) {
    end = begin - 1;
    begin = line_begin(text, end, least);
  }
  begin = skip_quotes(text, begin, end);
  if (begin >= end || end - begin > kMostLine) return dwelling;
  const std::string_view line = text.substr(begin, end - begin);
  const std::size_t first = line.find_first_of("0123456789");
  if (first == std::string_view::npos || line.find_first_of("?!:;=") != std::string_view::npos) return dwelling;
  const std::size_t last = line.find_last_not_of(" ,.");
  const bool numbered = first == 0 || is_digit(line[last]);
  if (first == 0 || end < dwelling) return numbered ? begin : dwelling;
  return numbered ? begin + first : dwelling;  // in one line, words of a sentence may stand in front
}

// Behind a street line: "12345 Town".
std::size_t with_town(const Scan& scan, std::size_t r, std::size_t end) {
  const auto& runs = scan.anchors.digits;
  const std::size_t next = first_run_behind(scan.anchors, r, end);
  if (next == runs.size() || runs[next].size() < 4 || runs[next].size() > 5) return end;
  if (address_joint_end(scan.text, end, true, true) != runs[next].begin) return end;
  const std::size_t town = address_joint_end(scan.text, runs[next].end, false, false);
  const std::size_t town_end = address_word_end(scan.text, town);
  const bool capital =
      town > runs[next].end && town_end > town && (is_upper(at(scan.text, town)) || is_high(at(scan.text, town)));
  return capital ? town_end : end;
}

// Behind a dwelling: short lines up to one that ends with a postal code.
std::size_t with_lines(std::string_view text, std::size_t end) {
  std::size_t i = end;
  for (int k = 0; k < 4 && at(text, i) == '\n' && i < text.size(); ++k) {
    const std::size_t last = std::min(text.find('\n', i + 1), text.size());
    if (last - i > kMostLine) return end;
    std::size_t digits = last;
    while (digits > i && is_digit(text[digits - 1])) --digits;
    if (last - digits >= 4 && last - digits <= 6) return last;
    i = last;
  }
  return end;
}

Place place_around(const Scan& scan, std::size_t r, std::size_t after) {
  const DigitRun& run = scan.anchors.digits[r];
  Place place = postal_code(scan.text, run, after);
  if (place.end > 0) return place;
  place = street_line(scan.text, run, after);
  if (place.end == 0) return place;
  if (!is_dwelling_line(scan.text, place)) return {place.begin, with_town(scan, r, place.end)};
  return {with_street(scan.text, place.begin, after), with_lines(scan.text, place.end)};
}

}  // namespace

void find_addresses(const Scan& scan, std::vector<PiiSpan>& out) {
  const auto& runs = scan.anchors.digits;
  std::size_t after = 0;
  for (std::size_t r = 0; r < runs.size(); ++r) {
    if (runs[r].begin < after) continue;
    // A dwelling belongs to the street found just before it.
    const Place place = place_around(scan, r, after);
    if (place.end == 0) continue;
    const std::size_t gap = out.empty() ? 0 : address_joint_end(scan.text, out.back().end, true, true);
    if (!out.empty() && gap >= place.begin) {
      out.back().end = place.end;  // parts of one address
    } else {
      out.push_back({PiiType::kAddress, place.begin, place.end});
    }
    after = place.end;
  }
}

}  // namespace llmops::data::pii
