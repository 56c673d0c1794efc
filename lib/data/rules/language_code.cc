// Language codes through ICU's tables, and the withdrawn codes that older models still give.
#include "data/rules/language_code.h"

#include <unicode/uloc.h>

#include <array>
#include <utility>

namespace llmops::data {

namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kWithdrawn{
    {{"iw", "he"}, {"in", "id"}, {"ji", "yi"}, {"jw", "jv"}, {"mo", "ro"}}};

}  // namespace

std::string language_code(std::string_view tag) {
  std::string code(tag.substr(0, tag.find_first_of("_-")));
  for (char& c : code) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  for (const auto& [old, current] : kWithdrawn) {
    if (code == old) return std::string(current);
  }
  if (code.size() != 3) return code;
  char shorter[ULOC_LANG_CAPACITY] = {};
  UErrorCode status = U_ZERO_ERROR;
  uloc_getLanguage(code.c_str(), shorter, ULOC_LANG_CAPACITY, &status);
  return U_SUCCESS(status) && shorter[0] != '\0' ? shorter : code;
}

}  // namespace llmops::data
