// Cleaning through ICU, with a short way for ASCII, which most text is.
#include "data/clean/clean.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>

#include <algorithm>
#include <cstring>

#include "core/error.h"
#include "data/clean/mojibake.h"
#include "data/read/html.h"
#include "text/utf8.h"

namespace llmops::data {

namespace {

constexpr std::size_t kBlock = 64;  // bytes: a length the compiler knows, so that it compares them with vectors

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

bool is_ink(char c) { return c > ' ' && c < 0x7F; }

/// Bytes from `at` on that hold no control character.
std::size_t plain_run(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && (is_ink(text[end]) || text[end] == ' ' || text[end] == '\n' || text[end] == '\t')) ++end;
  return end - at;
}

/// Bytes from `at` on that are words with one blank between them.
std::size_t tidy_run(std::string_view text, std::size_t at) {
  const auto joins = [&](std::size_t i) {
    return text[i] == ' ' && i > at && i + 1 < text.size() && is_ink(text[i + 1]);
  };
  std::size_t end = at;
  while (end < text.size() && (is_ink(text[end]) || joins(end))) ++end;
  return end - at;
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
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t run = plain_run(text, i);
    out += text.substr(i, run);
    i += run;
    if (i == text.size()) break;
    const text::Utf8Step step = text::utf8_step(text, i);
    i += step.length;
    char32_t c = step.code_point;
    if (c == '\r' && i < text.size() && text[i] == '\n') continue;
    if (c == '\r' || c == 0x85) c = '\n';
    if (!is_unwanted(c)) append(out, c);
  }
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
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t run = tidy_run(text, i);
    line += text.substr(i, run);
    i += run;
    if (i == text.size()) break;
    const text::Utf8Step step = text::utf8_step(text, i);
    i += step.length;
    const char32_t c = plain_blank(step.code_point);
    const bool blank = c == ' ' || c == '\t';
    if (c == '\n') {
      end_line();
    } else if (collapse && blank) {
      if (!line.empty() && line.back() != ' ') line += ' ';
    } else {
      append(line, c);
    }
  }
  end_line();
  if (!collapse) out.erase(0, std::min(out.find_first_not_of(" \t"), out.size()));
  return out;
}

std::size_t count_words(std::string_view text) {
  std::size_t words = 0;
  std::uint8_t blank[kBlock + 1] = {1};  // whether the byte before the block is one, and its own bytes
  for (std::size_t i = 0; i < text.size(); i += kBlock) {
    char block[kBlock];
    const std::size_t count = std::min(kBlock, text.size() - i);
    if (count < kBlock) std::fill(block, block + kBlock, ' ');
    std::copy_n(text.data() + i, count, block);
    for (std::size_t k = 0; k < kBlock; ++k) {
      const char c = block[k];
      blank[k + 1] = (c == ' ' ? 1 : 0) | (c == '\n' ? 1 : 0) | (c == '\t' ? 1 : 0) | (c == '\r' ? 1 : 0);
    }
    for (std::size_t k = 0; k < kBlock; k += 8) {
      std::uint64_t before = 0, here = 0;
      std::memcpy(&before, blank + k, 8);
      std::memcpy(&here, blank + k + 1, 8);
      words += ((before & ~here) * text::kEachByte) >> 56;
    }
    blank[0] = blank[kBlock];
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
