// Entities: numeric ones by their number, named ones from a table.
#include <unicode/utf8.h>

#include <algorithm>
#include <cstdint>
#include <string>

#include "data/read/html.h"

namespace llmops::data {

namespace {

struct Entity {
  std::string_view name;
  std::int32_t code_point;
};
// Sorted by name (bytes), for binary search. The ones of HTML 4 that occur in running text.
constexpr Entity kEntities[] = {
    {"AElig", 0xC6},   {"Aacute", 0xC1},  {"Agrave", 0xC0},  {"Aring", 0xC5},   {"Auml", 0xC4},    {"Ccedil", 0xC7},
    {"Eacute", 0xC9},  {"Egrave", 0xC8},  {"Iacute", 0xCD},  {"Ntilde", 0xD1},  {"Oacute", 0xD3},  {"Oslash", 0xD8},
    {"Ouml", 0xD6},    {"Uacute", 0xDA},  {"Uuml", 0xDC},    {"aacute", 0xE1},  {"acirc", 0xE2},   {"aelig", 0xE6},
    {"agrave", 0xE0},  {"amp", 0x26},     {"apos", 0x27},    {"aring", 0xE5},   {"atilde", 0xE3},  {"auml", 0xE4},
    {"bdquo", 0x201E}, {"bull", 0x2022},  {"ccedil", 0xE7},  {"cent", 0xA2},    {"copy", 0xA9},    {"deg", 0xB0},
    {"divide", 0xF7},  {"eacute", 0xE9},  {"ecirc", 0xEA},   {"egrave", 0xE8},  {"emsp", 0x2003},  {"ensp", 0x2002},
    {"euml", 0xEB},    {"euro", 0x20AC},  {"frac12", 0xBD},  {"ge", 0x2265},    {"gt", 0x3E},      {"hellip", 0x2026},
    {"iacute", 0xED},  {"icirc", 0xEE},   {"iexcl", 0xA1},   {"igrave", 0xEC},  {"iquest", 0xBF},  {"iuml", 0xEF},
    {"laquo", 0xAB},   {"larr", 0x2190},  {"ldquo", 0x201C}, {"le", 0x2264},    {"lsquo", 0x2018}, {"lt", 0x3C},
    {"mdash", 0x2014}, {"micro", 0xB5},   {"middot", 0xB7},  {"minus", 0x2212}, {"nbsp", 0xA0},    {"ndash", 0x2013},
    {"ne", 0x2260},    {"ntilde", 0xF1},  {"oacute", 0xF3},  {"ocirc", 0xF4},   {"ograve", 0xF2},  {"oslash", 0xF8},
    {"otilde", 0xF5},  {"ouml", 0xF6},    {"para", 0xB6},    {"plusmn", 0xB1},  {"pound", 0xA3},   {"quot", 0x22},
    {"raquo", 0xBB},   {"rarr", 0x2192},  {"rdquo", 0x201D}, {"reg", 0xAE},     {"rsquo", 0x2019}, {"sbquo", 0x201A},
    {"sect", 0xA7},    {"shy", 0xAD},     {"sup2", 0xB2},    {"sup3", 0xB3},    {"szlig", 0xDF},   {"thinsp", 0x2009},
    {"times", 0xD7},   {"trade", 0x2122}, {"uacute", 0xFA},  {"ucirc", 0xFB},   {"ugrave", 0xF9},  {"uuml", 0xFC},
    {"yen", 0xA5},     {"zwj", 0x200D},   {"zwnj", 0x200C},
};

constexpr std::size_t kLongest = 8;  // of a name or a number

// -1 where it is none.
std::int32_t numeric(std::string_view digits) {
  const bool hexadecimal = !digits.empty() && (digits[0] | 0x20) == 'x';
  if (hexadecimal) digits.remove_prefix(1);
  if (digits.empty()) return -1;
  std::int64_t value = 0;
  for (const char c : digits) {
    const int digit = c >= '0' && c <= '9'                     ? c - '0'
                      : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10
                                                               : 99;
    if (digit >= (hexadecimal ? 16 : 10)) return -1;
    value = value * (hexadecimal ? 16 : 10) + digit;
  }
  const bool character = value > 0 && value <= 0x10FFFF && !(value >= 0xD800 && value <= 0xDFFF);
  return character ? static_cast<std::int32_t>(value) : 0xFFFD;
}

std::int32_t named(std::string_view name) {
  const auto* found =
      std::lower_bound(std::begin(kEntities), std::end(kEntities), name,
                       [](const Entity& entity, std::string_view wanted) { return entity.name < wanted; });
  return found != std::end(kEntities) && found->name == name ? found->code_point : -1;
}

}  // namespace

std::string decode_entities(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::size_t semicolon = text[i] == '&' ? text.substr(i, kLongest + 3).find(';') : std::string_view::npos;
    if (semicolon == std::string_view::npos || semicolon < 2) {
      out += text[i];
      continue;
    }
    const std::string_view name = text.substr(i + 1, semicolon - 1);
    const std::int32_t code_point = name[0] == '#' ? numeric(name.substr(1)) : named(name);
    if (code_point < 0) {
      out += '&';
      continue;
    }
    char bytes[U8_MAX_LENGTH];
    std::int32_t length = 0;
    U8_APPEND_UNSAFE(bytes, length, code_point);
    out.append(bytes, static_cast<std::size_t>(length));
    i += semicolon;
  }
  return out;
}

}  // namespace llmops::data
