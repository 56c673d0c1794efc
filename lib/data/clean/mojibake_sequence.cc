// Finding runs of characters that are UTF-8 once more when written as Windows-1252, and how sure that is.
#include "data/clean/mojibake_sequence.h"

#include <unicode/uchar.h>

#include <algorithm>
#include <array>

#include "text/utf8.h"

namespace llmops::data {

namespace {

// Windows-1252 from 0x80 to 0x9F; 0 where it has no character (Unicode's mapping CP1252.TXT).
constexpr std::array<char16_t, 32> kHigh{0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                         0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017D, 0,
                                         0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                         0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

bool is_continuation(int byte) { return byte >= 0x80 && byte <= 0xBF; }

// Bytes whose characters may well end a word in correct text: closing quotation marks, dashes, dots, a fixed blank.
bool may_close(int byte) {
  return byte == 0x85 || (byte >= 0x91 && byte <= 0x97) || byte == 0x99 || byte == 0x9B || byte == 0xA0 || byte == 0xBB;
}

// And those that may follow a letter at all: opening marks, signs of trade, raised figures. The others (currency,
// accents without a letter, fractions, controls) hardly do.
bool may_follow_letter(int byte) {
  constexpr std::array<int, 12> kOthers{0x8B, 0xA9, 0xAA, 0xAB, 0xAD, 0xAE, 0xB0, 0xB2, 0xB3, 0xB7, 0xB9, 0xBA};
  return may_close(byte) || std::find(kOthers.begin(), kOthers.end(), byte) != kOthers.end();
}

std::size_t length_by_lead(int byte) {
  if (byte >= 0xC2 && byte <= 0xDF) return 2;
  if (byte >= 0xE0 && byte <= 0xEF) return 3;
  return byte >= 0xF0 && byte <= 0xF4 ? 4 : 0;
}

// The sequence that begins here; of length 0 where none does.
MojibakeSequence sequence_at(const std::vector<Glyph>& glyphs, std::size_t begin) {
  const std::size_t length = length_by_lead(glyphs[begin].byte);
  if (length == 0 || begin + length > glyphs.size()) return {};
  char bytes[4] = {static_cast<char>(glyphs[begin].byte)};
  for (std::size_t i = 1; i < length; ++i) {
    if (!is_continuation(glyphs[begin + i].byte)) return {};
    bytes[i] = static_cast<char>(glyphs[begin + i].byte);
  }
  const text::Utf8Step step = text::utf8_step({bytes, length}, 0);
  if (!step.valid || step.length != length) return {};
  return {begin, length, step.code_point, false};
}

/// A sequence with what stands around it.
class Evidence {
 public:
  Evidence(const std::vector<Glyph>& glyphs, const std::vector<MojibakeSequence>& sequences, std::size_t index)
      : glyphs_(glyphs), sequences_(sequences), index_(index), sequence_(sequences[index]) {}

  bool sure() const {
    const int lead = byte(0);
    if (u_isdefined(code()) == 0) return false;
    if (has_control()) return true;
    if (lead <= 0xDF) return pair_is_sure(lead);
    if (lead >= 0xF0) return lead == 0xF0;
    if (lead == 0xE2 || lead == 0xEF || (lead == 0xE3 && byte(1) <= 0x83)) return odd_followers() >= 1;
    if (lead == 0xE1 && byte(1) >= 0xB8 && byte(1) <= 0xBB) return odd_followers() >= 1 || u_isalpha(after()) != 0;
    return odd_followers() == 2 || (odd_followers() == 1 && (touches() || in_wide_script()));
  }

 private:
  int byte(std::size_t i) const { return glyphs_[sequence_.begin + i].byte; }
  UChar32 code() const { return static_cast<UChar32>(sequence_.code_point); }
  bool pair_is_sure(int lead) const {
    if (lead == 0xC2) return !before_is_sign() && (byte(1) >= 0xA0 || !before_is_upper());
    if (lead == 0xC3) return !may_close(byte(1)) || u_isalpha(before()) == 0 || letter_makes_sense();
    if (lead <= 0xC5) return !may_follow_letter(byte(1)) || letter_makes_sense();
    if (lead <= 0xCB) return is_known_letter(sequence_.code_point) && latin_around() && !before_is_upper();
    if (lead == 0xCC) return u_isalpha(before()) != 0 && !before_is_upper();
    if (lead == 0xCD || lead >= 0xDC) return false;  // rare signs; N'Ko is more likely the end of a German word
    if (touches_same_script()) return true;
    return lead <= 0xD1 && !may_close(byte(1)) && u_isalpha(before()) == 0;  // a sign such as μ, or a word's beginning
  }
  /// Correct text has no such characters.
  bool has_control() const {
    const auto begin = glyphs_.begin() + static_cast<std::ptrdiff_t>(sequence_.begin);
    return std::any_of(begin + 1, begin + static_cast<std::ptrdiff_t>(sequence_.length),
                       [](const Glyph& glyph) { return glyph.code_point >= 0x80 && glyph.code_point <= 0x9F; });
  }
  /// What stands before and after, a line feed at the line's ends.
  UChar32 before() const {
    return sequence_.begin == 0 ? '\n' : static_cast<UChar32>(glyphs_[sequence_.begin - 1].code_point);
  }
  UChar32 after(std::size_t skip = 0) const {
    const std::size_t at = sequence_.begin + sequence_.length + skip;
    return at < glyphs_.size() ? static_cast<UChar32>(glyphs_[at].code_point) : '\n';
  }
  /// A sign of Windows-1252 that is in no sequence: a list of characters rather than a text.
  bool before_is_sign() const {
    const bool outside_ascii = before() >= 0x80 && glyphs_[sequence_.begin - 1].byte >= 0;
    return outside_ascii && left() == nullptr && u_isalpha(before()) == 0;
  }
  bool before_is_upper() const { return u_isupper(before()) != 0; }
  std::size_t odd_followers() const {
    std::size_t odd = 0;
    for (std::size_t i = 1; i < sequence_.length; ++i) odd += !may_follow_letter(byte(i));
    return odd;
  }

  const MojibakeSequence* neighbour(std::size_t index, std::size_t joint) const {
    if (index >= sequences_.size()) return nullptr;
    const MojibakeSequence& other = sequences_[index];
    const bool joins = other.begin == joint || other.begin + other.length == joint;
    return joins ? &other : nullptr;
  }
  const MojibakeSequence* left() const { return neighbour(index_ - 1, sequence_.begin); }
  const MojibakeSequence* right() const { return neighbour(index_ + 1, sequence_.begin + sequence_.length); }
  bool touches() const { return left() != nullptr || right() != nullptr; }
  bool touches_same_script() const {
    const auto block = [](char32_t c) { return ublock_getCode(static_cast<UChar32>(c)); };
    return (left() != nullptr && block(left()->code_point) == block(sequence_.code_point)) ||
           (right() != nullptr && block(right()->code_point) == block(sequence_.code_point));
  }

  // "STRÃ–M" and "cafÃ»", but neither "AMANHÃ”" nor "BLÅ’s".
  bool letter_makes_sense() const {
    if (u_islower(before()) != 0) return true;
    const bool genitive = byte(1) == 0x92 && (after() == 's' || after() == 'S') && u_isalpha(after(1)) == 0;
    return !genitive && (u_isalpha(after()) != 0 || right() != nullptr);
  }
  bool latin_around() const {
    const auto latin = [](UChar32 c) { return c < 0x250 && u_isalpha(c) != 0; };
    return latin(before()) || latin(after());
  }
  bool in_wide_script() const { return before() >= 0x2E80 || after() >= 0x2E80; }
  // Above Latin Extended-A few letters are in use: Vietnamese, Romanian, Azerbaijani, pinyin, the marks of Hawaiian.
  static bool is_known_letter(char32_t c) {
    return c == 0x1A0 || c == 0x1A1 || c == 0x1AF || c == 0x1B0 || (c >= 0x1CD && c <= 0x1DC) ||
           (c >= 0x218 && c <= 0x21B) || c == 0x18F || c == 0x259 || c == 0x2BB || c == 0x2BC;
  }

  const std::vector<Glyph>& glyphs_;
  const std::vector<MojibakeSequence>& sequences_;
  std::size_t index_;
  const MojibakeSequence& sequence_;
};

}  // namespace

int windows_1252_byte(char32_t code_point) {
  if (code_point <= 0xFF) return static_cast<int>(code_point);
  const auto found = code_point > 0xFFFF ? kHigh.end() : std::find(kHigh.begin(), kHigh.end(), code_point);
  return found == kHigh.end() ? -1 : 0x80 + static_cast<int>(found - kHigh.begin());
}

char32_t windows_1252_character(unsigned byte) {
  const char32_t character = kHigh[byte - 0x80];
  return character == 0 ? byte : character;
}

std::vector<Glyph> read_glyphs(std::string_view line) {
  std::vector<Glyph> glyphs;
  glyphs.reserve(line.size());
  for (std::size_t at = 0; at < line.size();) {
    const auto byte = static_cast<unsigned char>(line[at]);
    if (byte < 0x80) {
      glyphs.push_back({byte, static_cast<std::uint32_t>(at++), byte});
      continue;
    }
    const text::Utf8Step step = text::utf8_step(line, at);
    glyphs.push_back({step.code_point, static_cast<std::uint32_t>(at),
                      static_cast<std::int16_t>(step.valid ? windows_1252_byte(step.code_point) : -1)});
    at += step.length;
  }
  return glyphs;
}

std::vector<MojibakeSequence> find_mojibake(const std::vector<Glyph>& glyphs) {
  std::vector<MojibakeSequence> sequences;
  for (std::size_t i = 0; i < glyphs.size();) {
    const MojibakeSequence found = sequence_at(glyphs, i);
    if (found.length > 0) sequences.push_back(found);
    i += std::max<std::size_t>(found.length, 1);
  }
  for (std::size_t i = 0; i < sequences.size(); ++i) sequences[i].sure = Evidence(glyphs, sequences, i).sure();
  return sequences;
}

}  // namespace llmops::data
