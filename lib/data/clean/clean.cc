// Cleaning through ICU, with a short way for ASCII, which most text is.
#include "data/clean/clean.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>

#include <algorithm>

#include "core/error.h"
#include "data/clean/mojibake.h"
#include "data/read/html.h"
#include "text/utf8.h"

namespace llmops::data {

namespace {

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool is_unwanted(char32_t c) {
  if (c < 0x20) return c != '\t' && c != '\n';
  if (c < 0x7F) return false;
  return c <= 0x9F || c == 0xAD || c == 0x200B || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) ||
         c == 0xFEFF || (c & 0xFFFE) == 0xFFFE || (c >= 0xFDD0 && c <= 0xFDEF);
}

// Line and paragraph separators are line feeds, other Unicode spaces are blanks.
char32_t plain_blank(char32_t c) {
  if (c < 0x80) return c;
  if (c == 0x2028 || c == 0x2029) return '\n';
  return u_charType(static_cast<UChar32>(c)) == U_SPACE_SEPARATOR ? ' ' : c;
}

template <typename Take>
void for_each_code_point(std::string_view text, Take take) {
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x80) {
      take(static_cast<char32_t>(byte));
      ++i;
      continue;
    }
    const text::Utf8Step step = text::utf8_step(text, i);
    take(step.code_point);
    i += step.length;
  }
}

void append(std::string& out, char32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else {
    text::append_utf8(out, c);
  }
}

void trim_right(std::string& line) {
  while (!line.empty() && (line.back() == ' ' || line.back() == '\t')) line.pop_back();
}

}  // namespace

std::string clean_text(std::string_view text, const CleanSpec& spec) {
  std::string clean = spec.strip_html ? strip_html(text) : std::string(text);
  if (spec.fix_mojibake) clean = fix_mojibake(clean);
  if (spec.nfc) clean = to_nfc(clean);
  return tidy_whitespace(remove_controls(clean), spec.collapse);
}

std::string to_nfc(std::string_view text) {
  if (is_ascii(text)) return std::string(text);
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* nfc = icu::Normalizer2::getNFCInstance(status);
  const icu::StringPiece piece(text.data(), static_cast<std::int32_t>(text.size()));
  std::string out;
  icu::StringByteSink<std::string> sink(&out);
  if (U_SUCCESS(status)) nfc->normalizeUTF8(0, piece, sink, nullptr, status);
  if (U_FAILURE(status)) throw SystemError(std::string("unicode normalization failed: ") + u_errorName(status));
  return out;
}

std::string remove_controls(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  bool after_carriage = false;
  for_each_code_point(text, [&](char32_t c) {
    const bool feed_of_pair = c == '\n' && after_carriage;
    after_carriage = c == '\r';
    if (feed_of_pair) return;
    if (c == '\r' || c == 0x85) c = '\n';
    if (!is_unwanted(c)) append(out, c);
  });
  return out;
}

std::string tidy_whitespace(std::string_view text, bool collapse) {
  std::string out, line;
  std::size_t empty_lines = 0;
  const auto end_line = [&] {
    trim_right(line);
    if (line.empty()) {
      ++empty_lines;
      return;
    }
    if (!out.empty()) out += empty_lines > 0 ? "\n\n" : "\n";
    out += line;
    empty_lines = 0;
    line.clear();
  };
  for_each_code_point(text, [&](char32_t c) {
    c = plain_blank(c);
    const bool blank = c == ' ' || c == '\t';
    if (c == '\n') {
      end_line();
    } else if (collapse && blank) {
      if (!line.empty() && line.back() != ' ') line += ' ';
    } else {
      append(line, c);
    }
  });
  end_line();
  if (!collapse) out.erase(0, std::min(out.find_first_not_of(" \t"), out.size()));
  return out;
}

std::size_t count_words(std::string_view text) {
  std::size_t words = 0;
  bool inside = false;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    words += !blank && !inside;
    inside = !blank;
  }
  return words;
}

std::string broken_length_rule(const Record& record, const CleanSpec& spec) {
  const std::string text = record.prompt_text();
  const std::size_t words = count_words(text), chars = text::utf8_length(text);
  const auto below = [](std::size_t count, int least) { return least > 0 && count < static_cast<std::size_t>(least); };
  const auto above = [](std::size_t count, int most) { return most > 0 && count > static_cast<std::size_t>(most); };
  if (below(words, spec.min_words) || below(chars, spec.min_chars)) return "too_short";
  if (above(words, spec.max_words) || above(chars, spec.max_chars)) return "too_long";
  return "";
}

}  // namespace llmops::data
