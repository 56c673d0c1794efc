#include "data/pii/anchors.h"

#include <array>

#include "data/pii/scan_text.h"

namespace llmops::data::pii {

namespace {

enum Class : std::uint8_t { kOther, kDigit, kAt, kColon, kEquals, kBracket };

constexpr std::array<std::uint8_t, 256> kClasses = [] {
  std::array<std::uint8_t, 256> classes{};
  for (int c = '0'; c <= '9'; ++c) classes[static_cast<std::size_t>(c)] = kDigit;
  classes['@'] = kAt;
  classes[':'] = kColon;
  classes['='] = kEquals;
  classes['('] = classes['['] = classes['{'] = kBracket;
  return classes;
}();

std::uint8_t class_of(char c) { return kClasses[static_cast<unsigned char>(c)]; }

}  // namespace

Anchors find_anchors(std::string_view text) {
  Anchors anchors;
  for (std::size_t i = 0; i < text.size(); ++i) {
    switch (class_of(text[i])) {
      case kOther: break;
      case kAt: anchors.at_signs.push_back(i); break;
      case kColon: anchors.colons.push_back(i); break;
      case kEquals: anchors.equals.push_back(i); break;
      case kBracket:
        if (begins_with(text, i + 1, "at")) anchors.brackets.push_back(i);
        break;
      default: {
        const std::size_t begin = i;
        while (i + 1 < text.size() && class_of(text[i + 1]) == kDigit) ++i;
        anchors.digits.push_back({begin, i + 1});
      }
    }
  }
  return anchors;
}

std::size_t first_run_behind(const Anchors& anchors, std::size_t from, std::size_t position) {
  while (from < anchors.digits.size() && anchors.digits[from].begin < position) ++from;
  return from;
}

}  // namespace llmops::data::pii
