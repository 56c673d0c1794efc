// Text as Python's str sees it. White space is by code point; case mapping is ICU's, which follows the same Unicode
// rules.
#include "eval/metrics/python_text.h"

#include <unicode/ucasemap.h>

#include <cstring>
#include <memory>

#include "core/error.h"
#include "text/unicode.h"
#include "text/utf8.h"

namespace llmops::eval {
namespace {

using CaseMapper = int32_t (*)(const UCaseMap*, char*, int32_t, const char*, int32_t, UErrorCode*);

std::string map_case(std::string_view text, CaseMapper mapper) {
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<UCaseMap, void (*)(UCaseMap*)> map(ucasemap_open("", 0, &status), ucasemap_close);
  std::string mapped(text.size() * 3 + 16, '\0');  // no character grows by more than a factor of three
  const int32_t length = mapper(map.get(), mapped.data(), static_cast<int32_t>(mapped.size()), text.data(),
                                static_cast<int32_t>(text.size()), &status);
  if (U_FAILURE(status)) throw SystemError(std::string("cannot change the case of a text: ") + u_errorName(status));
  mapped.resize(static_cast<std::size_t>(length));
  return mapped;
}

struct Piece {
  std::size_t begin = 0, end = 0;
};

/// Maximal runs of characters that are not white space.
std::vector<Piece> words_of(std::string_view text) {
  std::vector<Piece> pieces;
  bool inside = false;
  for (std::size_t at = 0; at < text.size();) {
    const text::Utf8Step step = text::utf8_step(text, at);
    const bool space = step.valid && text::is_python_space(step.code_point);
    if (!space && !inside) pieces.push_back({at, at});
    if (!space) pieces.back().end = at + step.length;
    inside = !space;
    at += step.length;
  }
  return pieces;
}

}  // namespace

std::vector<std::string> python_split(std::string_view text) {
  std::vector<std::string> words;
  for (const Piece& piece : words_of(text)) words.emplace_back(text.substr(piece.begin, piece.end - piece.begin));
  return words;
}

std::string python_strip(std::string_view text) {
  const std::vector<Piece> pieces = words_of(text);
  if (pieces.empty()) return "";
  return std::string(text.substr(pieces.front().begin, pieces.back().end - pieces.front().begin));
}

std::string_view python_rstrip(std::string_view text) {
  const std::vector<Piece> pieces = words_of(text);
  return text.substr(0, pieces.empty() ? 0 : pieces.back().end);
}

std::string python_lower(std::string_view text) { return map_case(text, ucasemap_utf8ToLower); }
std::string python_upper(std::string_view text) { return map_case(text, ucasemap_utf8ToUpper); }

std::size_t python_length(std::string_view text) {
  std::size_t length = 0;
  for (std::size_t at = 0; at < text.size(); at += text::utf8_step(text, at).length) ++length;
  return length;
}

std::size_t count_split_words(std::string_view text) {
  const std::vector<Piece> pieces = words_of(text);
  if (pieces.empty()) return text.empty() ? 1 : 2;
  return pieces.size() + (pieces.front().begin > 0 ? 1 : 0) + (pieces.back().end < text.size() ? 1 : 0);
}

bool is_ascii_punctuation(char c) {
  return c != '\0' && std::strchr("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", c) != nullptr;
}

}  // namespace llmops::eval
