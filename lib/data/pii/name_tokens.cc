#include "data/pii/name_tokens.h"

#include <algorithm>

#include "data/pii/name_list.h"
#include "data/pii/scan_text.h"

namespace llmops::data::pii {

namespace {

using namespace std::string_view_literals;

// Bytes of the character at `i` where it is a letter of a name: ASCII, or one of two bytes (Latin, Greek, Cyrillic).
std::size_t letter_length(std::string_view text, std::size_t i) {
  if (i >= text.size()) return 0;
  if (is_letter(text[i])) return 1;
  const auto lead = static_cast<unsigned char>(text[i]);
  return lead >= 0xC3 && lead <= 0xD4 && is_high(at(text, i + 1)) ? 2 : 0;
}

// An apostrophe, or U+2019.
std::size_t apostrophe_length(std::string_view text, std::size_t i) {
  if (at(text, i) == '\'') return 1;
  return text.substr(i, 3) == "\xE2\x80\x99" ? 3 : 0;
}

bool is_capital(std::string_view text, std::size_t i) {
  if (is_upper(text[i])) return true;
  const auto lead = static_cast<unsigned char>(text[i]), last = static_cast<unsigned char>(at(text, i + 1));
  if (lead == 0xC3) return last <= 0x9E && last >= 0x80;
  return (lead == 0xC4 || lead == 0xC5) && last >= 0x80 && last < 0xC0;  // most alternate: near enough
}

constexpr std::array kParticles = {"van"sv, "von"sv, "de"sv,  "der"sv, "den"sv, "del"sv, "della"sv, "di"sv,
                                   "da"sv,  "dos"sv, "das"sv, "do"sv,  "du"sv,  "la"sv,  "le"sv,    "ter"sv,
                                   "ten"sv, "bin"sv, "ibn"sv, "ben"sv, "al"sv,  "el"sv,  "zu"sv,    "zur"sv,
                                   "y"sv,   "af"sv,  "av"sv,  "te"sv,  "lo"sv};

bool is_particle(std::string_view word) {
  return word.size() <= 5 && std::find(kParticles.begin(), kParticles.end(), word) != kParticles.end();
}

// "O'Brien" is in the list without its apostrophe; of "Anne-Marie" both halves count.
std::uint8_t flags_of(std::string_view word) {
  if (const std::size_t hyphen = word.find('-'); hyphen != std::string_view::npos) {
    const std::uint8_t first = flags_of(word.substr(0, hyphen)), second = flags_of(word.substr(hyphen + 1));
    const std::uint8_t either = static_cast<std::uint8_t>((first | second) & ~kNeverName);
    return first == 0 ? std::uint8_t{0}
                      : static_cast<std::uint8_t>(either | (first & second & kNeverName));  // not "X-ray"
  }
  const std::size_t apostrophe = word.find('\'');
  if (apostrophe == std::string_view::npos || word.size() > kMostNameBytes) return name_flags(word);
  std::array<char, kMostNameBytes> joined{};
  const auto end = std::copy_if(word.begin(), word.end(), joined.begin(), [](char c) { return c != '\''; });
  return name_flags(word) | name_flags({joined.data(), static_cast<std::size_t>(end - joined.begin())});
}

NameToken read_token(std::string_view text, std::size_t begin) {
  NameToken token;
  token.begin = begin;
  token.end = name_word_end(text, begin);
  std::string_view word = text.substr(begin, token.end - begin);
  for (const std::string_view ending : {"'s"sv, "\xE2\x80\x99s"sv}) {
    if (word.size() <= ending.size() || word.substr(word.size() - ending.size()) != ending) continue;
    word.remove_suffix(ending.size());
    token.end -= ending.size();
    token.possessive = true;
  }
  token.initial = word.size() == 1 && at(text, token.end) == '.' && word != "I";
  if (token.initial) {
    ++token.end;
    return token;
  }
  token.capitals = word.size() >= 2 && std::none_of(word.begin(), word.end(), is_lower);
  token.flags = flags_of(word);
  return token;
}

// Where the next word of the run begins: behind one blank, or a full stop and a blank behind titles and initials.
std::size_t next_word(std::string_view text, const NameToken& token) {
  if (token.possessive) return std::string_view::npos;
  std::size_t i = token.end;
  if (at(text, i) == '.' && (token.is(kTitle) && token.end - token.begin <= 4)) ++i;
  if (token.initial && i < text.size() && is_capital(text, i)) return i;  // "J.R.R. Tolkien"
  return at(text, i) == ' ' && i + 1 < text.size() ? i + 1 : std::string_view::npos;
}

}  // namespace

bool begins_name(std::string_view text, std::size_t i, bool uncased) {
  if (letter_length(text, i) == 0 || (!uncased && !is_capital(text, i))) return false;
  const char left = before(text, i);
  return !is_alnum(left) && !is_high(left) && left != '_' && left != '@' && left != '/' && left != '\\' && left != '[';
}

std::size_t name_word_end(std::string_view text, std::size_t begin) {
  std::size_t end = begin;
  while (true) {
    const std::size_t letter = letter_length(text, end);
    const std::size_t joint = at(text, end) == '-' ? 1 : apostrophe_length(text, end);
    if (letter > 0) {
      end += letter;
    } else if (end > begin && joint > 0 && letter_length(text, end + joint) > 0) {
      end += joint;
    } else {
      return end;
    }
  }
}

NameRun read_name_run(std::string_view text, std::size_t begin, bool uncased) {
  NameRun run;
  std::size_t i = begin, particles = 0;
  while (run.count < kMostNameTokens) {
    const std::size_t end = name_word_end(text, i);
    if (end == i) break;
    const std::string_view word = text.substr(i, end - i);
    if (is_capital(text, i) || (uncased && (run.count == 0 || !is_particle(word)))) {
      run.token[run.count++] = read_token(text, i);
      run.end = run.token[run.count - 1].end;
      particles = 0;
    } else if (is_particle(word) && run.count > 0 && particles < 3) {
      NameToken particle;
      particle.begin = i;
      particle.end = end;
      particle.particle = true;
      run.token[run.count++] = particle;
      ++particles;
    } else {
      break;
    }
    i = next_word(text, run.token[run.count - 1]);
    if (i == std::string_view::npos) break;
  }
  while (run.count > 0 && run.token[run.count - 1].particle) --run.count;  // "Anna de": nothing came
  return run;
}

}  // namespace llmops::data::pii
