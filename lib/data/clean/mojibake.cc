// Repairing mojibake line by line. Every sequence begins with a character from U+00C2 to U+00F4, whose UTF-8 begins
// with the byte C3; C1 controls begin with C2. Lines without such are copied as they are.
#include "data/clean/mojibake.h"

#include <algorithm>

#include "data/clean/mojibake_scan.h"
#include "data/clean/mojibake_sequence.h"
#include "text/utf8.h"

namespace llmops::data {

namespace {

constexpr int kMostPasses = 5;                        // of text that was misread so many times
constexpr std::size_t kPiece = std::size_t{1} << 20;  // bytes of a line that are repaired at once, or twice as many

// Where the piece ends that is repaired at once: the line's end, or sooner in a line that would take much memory.
std::size_t piece_end(std::string_view text, std::size_t begin, std::size_t line_end) {
  if (line_end - begin <= 2 * kPiece) return line_end;
  const std::size_t blank = text.substr(begin + kPiece, kPiece).find(' ');
  if (blank != std::string_view::npos) return begin + kPiece + blank;
  std::size_t end = begin + 2 * kPiece;
  while ((static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return end;
}

bool is_control(char32_t c) { return c >= 0x80 && c <= 0x9F; }

// "Ã " was "à" and a fixed blank that became a plain one; as a word, so that the blank after it was lost or is it.
// Portuguese "às" and "àquele" are the words that "à" begins.
bool keeps_blank(std::string_view after) {
  for (const std::string_view ending : {" ", "s ", "quele", "quela", "quilo"}) {
    if (after.starts_with(ending)) return false;
  }
  return true;
}

/// One line, read once.
class LineRepair {
 public:
  explicit LineRepair(std::string_view line)
      : line_(line), glyphs_(read_glyphs(line)), sequences_(find_mojibake(glyphs_)) {}

  std::string run() {
    any_sure_ = std::any_of(sequences_.begin(), sequences_.end(), [](const auto& s) { return s.sure; });
    all_ = any_sure_ && explains_all();
    std::string out;
    std::size_t next = 0;
    for (std::size_t i = 0; i < glyphs_.size();) {
      const bool begins = next < sequences_.size() && sequences_[next].begin == i;
      if (begins) {
        const MojibakeSequence& sequence = sequences_[next++];
        const std::size_t end = i + sequence.length;
        if (sequence.sure || all_) {
          append(out, sequence.code_point);
        } else {
          out += piece(i, end);
        }
        i = end;
      } else {
        i += single(i, out);
      }
    }
    return out;
  }

 private:
  std::string_view piece(std::size_t begin, std::size_t end) const {
    const std::size_t from = glyphs_[begin].offset;
    return line_.substr(from, (end < glyphs_.size() ? glyphs_[end].offset : line_.size()) - from);
  }
  bool is(std::size_t i, char32_t c) const { return i < glyphs_.size() && glyphs_[i].code_point == c; }

  // A control that comes out was a character of Windows-1252 read as Latin-1.
  static void append(std::string& out, char32_t c) {
    text::append_utf8(out, is_control(c) ? windows_1252_character(c) : c);
  }

  // Whether every character outside ASCII belongs to a sequence.
  bool explains_all() const {
    std::size_t within = 0;
    for (const MojibakeSequence& sequence : sequences_) within += sequence.length;
    std::size_t outside_ascii = 0;
    for (std::size_t i = 0; i < glyphs_.size(); ++i) {
      const bool before_blank = (is(i, 0xC2) || is(i, 0xC3)) && is(i + 1, ' ');
      outside_ascii += glyphs_[i].code_point >= 0x80 && !before_blank;
    }
    return within == outside_ascii;
  }

  // "firstÂ saw", "voilÃ le", "end. Â Then": right by itself after a small letter or a sentence, and anywhere where the
  // line has other mojibake.
  bool lost_blank(std::size_t i) const {
    if (!(is(i, 0xC2) || is(i, 0xC3)) || !is(i + 1, ' ')) return false;
    const auto ends_sentence = [&](std::size_t at) { return is(at, '.') || is(at, ',') || is(at, '?') || is(at, '!'); };
    const bool after_sentence =
        is(i, 0xC2) && i > 0 && (ends_sentence(i - 1) || (i > 1 && is(i - 1, ' ') && ends_sentence(i - 2)));
    const bool after_letter = i > 0 && glyphs_[i - 1].code_point >= 'a' && glyphs_[i - 1].code_point <= 'z';
    return any_sure_ || after_sentence || after_letter;
  }

  // A glyph outside all sequences. @returns glyphs taken
  std::size_t single(std::size_t i, std::string& out) const {
    const char32_t c = glyphs_[i].code_point;
    if (lost_blank(i)) {
      const std::size_t after = glyphs_[i + 1].offset + 1;
      out += c == 0xC2 ? "\u00A0" : keeps_blank(line_.substr(after)) ? "\u00E0 " : "\u00E0";
      return 2;
    }
    if (is_control(c)) {
      append(out, c);
    } else {
      out += piece(i, i + 1);
    }
    return 1;
  }

  std::string_view line_;
  std::vector<Glyph> glyphs_;
  std::vector<MojibakeSequence> sequences_;
  bool any_sure_ = false;  ///< of the line's sequences
  bool all_ = false;       ///< they explain all of the line
};

void append_repaired(std::string& out, std::string_view line) {
  std::string repaired(line);
  for (int pass = 0; pass < kMostPasses; ++pass) {
    std::string again = LineRepair(repaired).run();
    if (again == repaired) break;
    repaired = std::move(again);
    if (!may_have_mojibake(repaired)) break;
  }
  out += repaired;
}

}  // namespace

bool may_have_mojibake(std::string_view text) { return SuspectScan(text).next(0) < text.size(); }

std::string fix_mojibake(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  SuspectScan scan(text);
  std::size_t line_end = 0;
  for (std::size_t done = 0; done < text.size();) {
    const std::size_t suspect = scan.next(done);
    if (suspect == text.size()) {
      out += text.substr(done);
      break;
    }
    const std::size_t feed = text.substr(done, suspect - done).rfind('\n');
    const std::size_t begin = feed == std::string_view::npos ? done : done + feed + 1;
    out += text.substr(done, begin - done);
    if (line_end <= suspect) line_end = std::min(text.find('\n', suspect), text.size());
    done = piece_end(text, begin, line_end);
    append_repaired(out, text.substr(begin, done - begin));
  }
  return out;
}

}  // namespace llmops::data
