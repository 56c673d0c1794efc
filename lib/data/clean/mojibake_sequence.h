// What a run of characters was, if they are bytes of UTF-8 that were read as Windows-1252.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace llmops::data {

/// A character of a line.
struct Glyph {
  char32_t code_point = 0;
  std::uint32_t offset = 0;  ///< of its UTF-8 in the line
  /// In Windows-1252, or Latin-1 where that has no character; -1 where neither has it. ASCII is itself.
  std::int16_t byte = -1;
};

/// The byte of a character outside ASCII, -1 where there is none.
int windows_1252_byte(char32_t code_point);
/// The character of a byte from 0x80 to 0x9F; where Windows-1252 has none, the control of that number.
char32_t windows_1252_character(unsigned byte);

/// Glyphs that may be one character.
struct MojibakeSequence {
  std::size_t begin = 0;    ///< index of its first glyph
  std::size_t length = 0;   ///< glyphs, 2 to 4
  char32_t code_point = 0;  ///< what they were
  bool sure = false;        ///< no sense can be made of them otherwise
};

std::vector<Glyph> read_glyphs(std::string_view line);
/// All of them, in order; `sure` is decided.
std::vector<MojibakeSequence> find_mojibake(const std::vector<Glyph>& glyphs);

}  // namespace llmops::data
