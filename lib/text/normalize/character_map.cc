// Normalizers that look at one character at a time.
#include "text/normalize/character_map.h"

#include "text/bpe/byte_alphabet.h"
#include "text/unicode.h"
#include "text/utf8.h"

namespace llmops::text {
namespace {

class CharacterMap : public Normalizer {
 public:
  explicit CharacterMap(CharacterRule rule) : rule_(rule) {}

  void apply(AlignedText& text) const override {
    AlignedText out;
    std::string mapped;
    for (std::size_t at = 0; at < text.text.size();) {
      const Utf8Step step = utf8_step(text.text, at);
      if (step.valid) {
        mapped.clear();
        rule_(step.code_point, mapped);
        if (std::string_view(text.text).substr(at, step.length) == mapped) {
          out.append_from(text, at, step.length);
        } else {
          out.append(mapped, text.begin[at], text.end[at + step.length - 1]);
        }
      } else {
        out.append_from(text, at, step.length);
      }
      at += step.length;
    }
    text = std::move(out);
  }

 private:
  CharacterRule rule_;
};

}  // namespace

void lowercase(char32_t c, std::string& out) {
  append_utf8(out, to_lower(c));
  if (c == 0x130) append_utf8(out, 0x307);  // the one character whose lower case is two
}

void drop_marks(char32_t c, std::string& out) {
  if (!is_mark(c)) append_utf8(out, c);
}

void drop_nonspacing_marks(char32_t c, std::string& out) {
  if (!is_nonspacing_mark(c)) append_utf8(out, c);
}

void clean_for_bert(char32_t c, std::string& out) {
  if (c == '\t' || c == '\n' || c == '\r' || (is_white_space(c) && !is_control(c))) {
    out += ' ';
  } else if (c != 0 && c != 0xFFFD && !is_control(c)) {
    append_utf8(out, c);
  }
}

void space_out_ideographs(char32_t c, std::string& out) {
  const bool spaced = is_cjk_ideograph(c);
  if (spaced) out += ' ';
  append_utf8(out, c);
  if (spaced) out += ' ';
}

void clean_for_nmt(char32_t c, std::string& out) {
  const bool dropped =
      (c >= 0x01 && c <= 0x08) || c == 0x0B || (c >= 0x0E && c <= 0x1F) || c == 0x7F || c == 0x8F || c == 0x9F;
  const bool space = c == 0x09 || c == 0x0A || c == 0x0C || c == 0x0D || c == 0x1680 || (c >= 0x200B && c <= 0x200F) ||
                     c == 0x2028 || c == 0x2029 || c == 0x2581 || c == 0xFEFF || c == 0xFFFD;
  if (space) {
    out += ' ';
  } else if (!dropped) {
    append_utf8(out, c);
  }
}

void write_as_bytes(char32_t c, std::string& out) {
  std::string bytes;
  append_utf8(bytes, c);
  out += bytes_to_alphabet(bytes);
}

std::unique_ptr<Normalizer> make_character_map(CharacterRule rule) { return std::make_unique<CharacterMap>(rule); }

}  // namespace llmops::text
