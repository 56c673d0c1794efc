// Detecting an encoding. The rules are ordered by how seldom they are wrong.
#include "data/read/encoding.h"

#include <unicode/ucnv.h>
#include <unicode/ucsdet.h>

#include <algorithm>
#include <array>
#include <memory>

#include "text/utf8.h"

namespace llmops::data {

namespace {

// Below these, bytes that are not UTF-8 are damage to a UTF-8 file.
constexpr std::uint64_t kFewestOddBytes = 4;
constexpr double kFewestOddLines = 0.02;  // share of the lines
constexpr double kMostOddBytes = 0.03;    // share of the bytes, above which it cannot be a damaged UTF-8 file
constexpr double kFewestZeros = 0.1;      // share of UTF-16's characters that are ASCII, in any spaced language
constexpr std::uint64_t kFewestBlanks = 2;
constexpr int kConfidence = 40;             // of 100, as ICU's detector gives it
constexpr std::size_t kSampleBytes = 8000;  // ICU's detector looks at no more

struct Mark {
  std::string_view bytes;
  std::string_view encoding;
};
// UTF-32's mark in little endian begins with UTF-16's.
constexpr std::array<Mark, 5> kMarks = {{{"\xEF\xBB\xBF", "UTF-8"},
                                         {{"\xFF\xFE\0\0", 4}, "UTF-32LE"},
                                         {{"\0\0\xFE\xFF", 4}, "UTF-32BE"},
                                         {"\xFF\xFE", "UTF-16LE"},
                                         {"\xFE\xFF", "UTF-16BE"}}};

// What stands in the way of reading a text as UTF-8.
struct Utf8Census {
  std::uint64_t good = 0;       ///< characters of several bytes
  std::uint64_t odd = 0;        ///< parts that are none
  std::uint64_t lines = 0;      ///< that are not empty
  std::uint64_t odd_lines = 0;  ///< with such a part
  std::string sample;           ///< those lines, up to kSampleBytes: what a detector can learn from
};

void count_line(std::string_view line, Utf8Census& census) {
  if (line.empty()) return;
  ++census.lines;
  std::uint64_t odd = 0;
  for (std::size_t at = text::utf8_valid_prefix(line), from = 0;;
       at = from + text::utf8_valid_prefix(line.substr(from))) {
    const std::string_view valid = line.substr(from, at - from);
    census.good += static_cast<std::uint64_t>(
        std::count_if(valid.begin(), valid.end(), [](char c) { return (c & '\xC0') == '\xC0'; }));
    if (at >= line.size()) break;
    from = at + text::utf8_step(line, at).length;
    ++odd;
  }
  if (odd == 0) return;
  census.odd += odd;
  ++census.odd_lines;
  census.sample.append(line.substr(0, kSampleBytes - std::min(kSampleBytes, census.sample.size())));
  if (census.sample.size() < kSampleBytes) census.sample += '\n';
}

Utf8Census take_census(std::string_view text) {
  Utf8Census census;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    count_line(text.substr(begin, end - begin), census);
    begin = end + 1;
  }
  return census;
}

// Zero bytes by position modulo 4. Text in UTF-16 has them at one parity only, in UTF-32 at three places of four.
std::string_view by_zeros(std::string_view text) {
  std::array<std::uint64_t, 4> zeros{};
  const std::size_t units = text.size() / 4;
  for (std::size_t i = 0; i < text.size(); ++i) zeros[i % 4] += text[i] == '\0' ? 1U : 0U;
  if (units < 2) return "";
  const auto all = [&](std::size_t place) { return zeros[place] * 100 >= units * 98; };
  if (all(3) && all(2) && zeros[0] * 4 <= units) return "UTF-32LE";
  if (all(0) && all(1) && zeros[3] * 4 <= units) return "UTF-32BE";
  const std::uint64_t even = zeros[0] + zeros[2], odd = zeros[1] + zeros[3];
  const double needed = kFewestZeros * 2 * static_cast<double>(units);
  if (static_cast<double>(odd) > needed && even * 50 <= odd) return "UTF-16LE";
  if (static_cast<double>(even) > needed && odd * 50 <= even) return "UTF-16BE";
  return "";
}

// Chinese in UTF-16 has few zeros, and some of them (U+4E00, "one") at the other place; line ends and blanks tell.
std::string_view by_blanks(std::string_view text) {
  const auto is_blank = [](char c) { return c == '\n' || c == '\r' || c == ' '; };
  std::uint64_t little = 0, big = 0;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    if (is_blank(text[i]) && text[i + 1] == '\0') ++little;
    if (text[i] == '\0' && is_blank(text[i + 1])) ++big;
  }
  if (little >= kFewestBlanks && big * 10 <= little) return "UTF-16LE";
  return big >= kFewestBlanks && little * 10 <= big ? "UTF-16BE" : "";
}

// What is called by these names on the web and by the detector is nearly always the larger set.
std::string_view larger_set(std::string_view name) {
  if (name == "ISO-8859-1") return "windows-1252";
  if (name == "ISO-8859-9") return "windows-1254";
  return name;
}

std::string by_detector(const std::string& sample) {
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<UCharsetDetector, void (*)(UCharsetDetector*)> detector(ucsdet_open(&status), ucsdet_close);
  ucsdet_setText(detector.get(), sample.data(), static_cast<std::int32_t>(sample.size()), &status);
  const UCharsetMatch* match = ucsdet_detect(detector.get(), &status);
  if (U_FAILURE(status) || match == nullptr || ucsdet_getConfidence(match, &status) < kConfidence) return "";
  return std::string(larger_set(ucsdet_getName(match, &status)));
}

Encoding named(std::string_view name) { return find_encoding(name).value_or(Encoding{}); }

}  // namespace

std::optional<Encoding> find_encoding(std::string_view name) {
  const auto of_a_name = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.' || c == ':';
  };
  // ICU reads options behind a comma, and an empty name as the system's own encoding.
  if (name.empty() || name.size() > 40 || !std::all_of(name.begin(), name.end(), of_a_name)) return std::nullopt;
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<UConverter, void (*)(UConverter*)> converter(ucnv_open(std::string(name).c_str(), &status),
                                                                     ucnv_close);
  if (U_FAILURE(status)) return std::nullopt;
  const char* own = ucnv_getName(converter.get(), &status);
  for (const char* standard : {"MIME", "IANA"}) {
    if (const char* common = ucnv_getStandardName(own, standard, &status); common != nullptr)
      return Encoding{common, 0};
  }
  return Encoding{own, 0};
}

Encoding detect_encoding(std::string_view head, bool complete) {
  for (const auto& [bytes, name] : kMarks) {
    if (head.substr(0, bytes.size()) == bytes) return {std::string(name), bytes.size()};
  }
  if (!complete) head.remove_suffix(text::utf8_partial_suffix(head));
  if (const std::string_view wide = by_zeros(head); !wide.empty()) return named(wide);
  if (text::utf8_valid(head)) return {};
  const Utf8Census census = take_census(head);
  const bool hardly_utf8 = static_cast<double>(census.odd) > kMostOddBytes * static_cast<double>(head.size());
  if (const std::string_view wide = hardly_utf8 ? by_blanks(head) : ""; !wide.empty()) return named(wide);
  const bool damage = census.odd < kFewestOddBytes || census.odd <= census.good ||
                      static_cast<double>(census.odd_lines) < kFewestOddLines * static_cast<double>(census.lines);
  return damage ? Encoding{} : named(by_detector(census.sample));
}

}  // namespace llmops::data
