// A search for one byte is as fast as memory; what stands around it is compared then.
#include "data/rules/phrases.h"

#include <algorithm>

namespace llmops::data {

namespace {

bool equals(std::string_view text, std::string_view small) {
  return std::equal(small.begin(), small.end(), text.begin(),
                    [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b | 0x20) : b); });
}

bool mentions_at(std::string_view text, const Phrase& phrase, char letter) {
  for (std::size_t at = text.find(letter, phrase.anchor); at != text.npos; at = text.find(letter, at + 1)) {
    const std::string_view rest = text.substr(at - phrase.anchor);
    if (rest.size() < phrase.text.size()) return false;
    if (equals(rest, phrase.text)) return true;
  }
  return false;
}

}  // namespace

bool mentions(std::string_view text, const Phrase& phrase) {
  const char small = phrase.text[phrase.anchor];
  return mentions_at(text, phrase, small) || mentions_at(text, phrase, static_cast<char>(small & ~0x20));
}

}  // namespace llmops::data
