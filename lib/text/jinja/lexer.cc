// A template's text cut into tokens, with Jinja's rules for white space around tags.
#include "text/jinja/lexer.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <tuple>

#include "text/jinja/failure.h"
#include "text/jinja/string_literal.h"
#include "text/unicode.h"
#include "text/utf8.h"

namespace llmops::text::jinja {
namespace {

bool ascii_digit(char c) { return c >= '0' && c <= '9'; }

std::string normalize_newlines(std::string_view source) {
  std::string out;
  for (std::size_t i = 0; i < source.size(); ++i) {
    if (source[i] == '\r') {
      if (i + 1 < source.size() && source[i + 1] == '\n') ++i;
      out += '\n';
    } else {
      out += source[i];
    }
  }
  if (out.ends_with('\n')) out.pop_back();
  return out;
}

class Lexer {
 public:
  explicit Lexer(std::string_view source) : source_(normalize_newlines(source)), rest_(source_) {}

  std::vector<Token> run() {
    while (at_ < rest_.size()) text_and_tag();
    add(Token::Type::kEnd, "");
    return std::move(tokens_);
  }

 private:
  using Type = Token::Type;

  void add(Type type, std::string text) { tokens_.push_back({type, std::move(text), line_}); }

  [[noreturn]] void fail(const std::string& reason) const { throw TemplateFailure(reason, line_); }

  void advance(std::size_t bytes) {
    line_ += static_cast<int>(std::count(rest_.begin() + static_cast<std::ptrdiff_t>(at_),
                                         rest_.begin() + static_cast<std::ptrdiff_t>(at_ + bytes), '\n'));
    if (bytes > 0) line_starting_ = rest_[at_ + bytes - 1] == '\n';
    at_ += bytes;
  }

  bool looking_at(std::string_view text) const { return rest_.substr(at_).starts_with(text); }

  std::size_t space_length(std::size_t from) const {
    std::size_t at = from;
    while (at < rest_.size()) {
      const Utf8Step step = utf8_step(rest_, at);
      if (!is_python_space(step.code_point)) break;
      at += step.length;
    }
    return at - from;
  }

  // Start of the next "{{", "{%" or "{#".
  std::size_t next_tag(std::size_t from) const {
    for (std::size_t at = rest_.find('{', from); at != std::string_view::npos; at = rest_.find('{', at + 1)) {
      if (at + 1 < rest_.size() && (rest_[at + 1] == '{' || rest_[at + 1] == '%' || rest_[at + 1] == '#')) return at;
    }
    return std::string_view::npos;
  }

  static std::string_view strip_right(std::string_view text) {
    std::size_t end = 0;
    for (std::size_t at = 0; at < text.size();) {
      const Utf8Step step = utf8_step(text, at);
      at += step.length;
      if (!is_python_space(step.code_point)) end = at;
    }
    return text.substr(0, end);
  }

  // The text before a tag, less what the tag's sign or lstrip_blocks takes away.
  std::string_view text_before(std::string_view text, char sign, bool print) const {
    if (sign == '-') return strip_right(text);
    if (sign == '+' || print) return text;
    const std::size_t newline = text.rfind('\n');
    const std::size_t line_begin = newline == std::string_view::npos ? 0 : newline + 1;
    if (line_begin == 0 && !line_starting_) return text;
    const bool blank = strip_right(text.substr(line_begin)).empty();
    return blank ? text.substr(0, line_begin) : text;
  }

  void text_and_tag() {
    const std::size_t begin = next_tag(at_);
    if (begin == std::string_view::npos) {
      add(Type::kText, std::string(rest_.substr(at_)));
      return advance(rest_.size() - at_);
    }
    const char kind = rest_[begin + 1];
    char sign = begin + 2 < rest_.size() ? rest_[begin + 2] : ' ';
    if (sign != '-' && sign != '+') sign = ' ';
    const std::string_view text = text_before(rest_.substr(at_, begin - at_), sign, kind == '{');
    if (!text.empty()) add(Type::kText, std::string(text));
    advance(begin - at_ + (sign == ' ' ? 2 : 3));
    if (kind == '#') return comment();
    if (kind == '%' && raw_block()) return;
    add(kind == '{' ? Type::kPrintBegin : Type::kTagBegin, "");
    code(kind == '{');
  }

  // Closing mark at the position: "-%}" with the white space after it, "+%}", or "%}" with one newline. 0 when not
  // there.
  std::size_t closing(std::size_t from, char mark) const {
    const std::string close{mark, '}'};
    const std::string_view at = rest_.substr(std::min(from, rest_.size()));
    const bool print = mark == '}';
    if (at.starts_with("-" + close)) return 3 + space_length(from + 3);
    if (!print && at.starts_with("+" + close)) return 3;
    if (!at.starts_with(close)) return 0;
    return !print && at.substr(2).starts_with('\n') ? 3 : 2;
  }

  void comment() {
    const std::size_t end = rest_.find("#}", at_);
    if (end == std::string_view::npos) fail("Missing end of comment tag");
    const bool signed_end = end > at_ && (rest_[end - 1] == '-' || rest_[end - 1] == '+');
    const std::size_t from = signed_end ? end - 1 : end;
    advance(from - at_ + closing(from, '#'));
  }

  bool raw_block() {
    std::size_t at = at_ + space_length(at_);
    if (!rest_.substr(at).starts_with("raw")) return false;
    at += 3 + space_length(at + 3);
    const std::size_t length = closing(at, '%');
    if (length == 0) return false;
    // Unlike other tags, raw keeps the newline behind it.
    const bool newline = length == 3 && rest_[at] == '%';
    advance(at - at_ + length - (newline ? 1 : 0));
    for (std::size_t end = rest_.find("{%", at_); end != std::string_view::npos; end = rest_.find("{%", end + 2)) {
      std::size_t inner = end + 2;
      const char sign = inner < rest_.size() ? rest_[inner] : ' ';
      if (sign == '-' || sign == '+') ++inner;
      inner += space_length(inner);
      if (!rest_.substr(inner).starts_with("endraw")) continue;
      inner += 6 + space_length(inner + 6);
      const std::size_t close = closing(inner, '%');
      if (close == 0) continue;
      add(Type::kText, std::string(text_before(rest_.substr(at_, end - at_), sign, false)));
      advance(inner + close - at_);
      return true;
    }
    fail("Missing end of raw directive");
  }

  void code(bool print) {
    // A tree is at most as deep as its tag has tokens, and trees are freed by recursion.
    constexpr std::size_t kMaxTokens = 5000;
    std::string open;  // brackets not yet closed
    const std::size_t first = tokens_.size();
    while (true) {
      if (tokens_.size() - first > kMaxTokens) fail(fmt::format("a tag has more than {} parts", kMaxTokens));
      advance(space_length(at_));
      if (at_ >= rest_.size()) fail("unexpected end of template");
      if (const std::size_t length = open.empty() ? closing(at_, print ? '}' : '%') : 0; length > 0) {
        add(print ? Type::kPrintEnd : Type::kTagEnd, "");
        return advance(length);
      }
      token(open);
    }
  }

  void token(std::string& open) {
    const char c = rest_[at_];
    if (c == '\'' || c == '"') return string(c);
    if (ascii_digit(c)) return number();
    const Utf8Step first = utf8_step(rest_, at_);
    if (is_word_character(first.code_point) && first.valid) return name();
    static constexpr std::string_view kTwo[] = {"//", "**", "==", "!=", ">=", "<="};
    for (const std::string_view two : kTwo) {
      if (!looking_at(two)) continue;
      add(Type::kOperator, std::string(two));
      return advance(2);
    }
    if (std::string_view("+-*/%~|.,:()[]{}<>=").find(c) == std::string_view::npos) {
      fail(fmt::format("unexpected char '{}'", rest_.substr(at_, first.length)));
    }
    if (c == '(') open += ')';
    if (c == '[') open += ']';
    if (c == '{') open += '}';
    if (c == ')' || c == ']' || c == '}') {
      if (open.empty()) fail(fmt::format("unexpected '{}'", c));
      if (open.back() != c) fail(fmt::format("unexpected '{}', expected '{}'", c, open.back()));
      open.pop_back();
    }
    add(Type::kOperator, std::string(1, c));
    advance(1);
  }

  void name() {
    std::size_t end = at_;
    while (end < rest_.size()) {
      const Utf8Step step = utf8_step(rest_, end);
      if (!step.valid || !is_word_character(step.code_point)) break;
      end += step.length;
    }
    add(Type::kName, std::string(rest_.substr(at_, end - at_)));
    advance(end - at_);
  }

  std::size_t digits(std::size_t from) const {
    std::size_t at = from;
    while (at < rest_.size() && (ascii_digit(rest_[at]) || (rest_[at] == '_' && at > from && at + 1 < rest_.size() &&
                                                            ascii_digit(rest_[at + 1]))))
      ++at;
    return at;
  }

  // "0x1F", "0o17", "0b1": the digits of the base that follow at the position; npos when there are none.
  std::size_t prefixed_end(std::string_view digits_of_base) const {
    std::size_t at = at_ + 2;
    while (at < rest_.size()) {
      const std::size_t digit = at + (rest_[at] == '_' ? 1 : 0);
      if (digit >= rest_.size() || digits_of_base.find(rest_[digit]) == std::string_view::npos) break;
      at = digit + 1;
    }
    return at == at_ + 2 ? std::string_view::npos : at;
  }

  bool prefixed_number() {
    static constexpr std::tuple<char, int, std::string_view> kBases[] = {
        {'x', 16, "0123456789abcdefABCDEF"}, {'o', 8, "01234567"}, {'b', 2, "01"}};
    if (rest_[at_] != '0' || at_ + 1 >= rest_.size()) return false;
    for (const auto& [letter, base, digits_of_base] : kBases) {
      if ((rest_[at_ + 1] | 0x20) != letter) continue;
      const std::size_t end = prefixed_end(digits_of_base);
      if (end == std::string_view::npos) return false;
      std::string text(rest_.substr(at_ + 2, end - at_ - 2));
      std::erase(text, '_');
      std::int64_t number = 0;
      if (std::from_chars(text.data(), text.data() + text.size(), number, base).ec != std::errc())
        fail("a number is too large");
      add(Type::kInteger, std::to_string(number));
      advance(end - at_);
      return true;
    }
    return false;
  }

  void number() {
    if (prefixed_number()) return;
    std::size_t end = digits(at_);
    bool is_float = false;
    // "1.x" is an attribute of 1, and 1 after a dot is an index: neither is a float.
    const bool after_dot = !tokens_.empty() && tokens_.back().type == Type::kOperator && tokens_.back().text == ".";
    if (!after_dot && end + 1 < rest_.size() && rest_[end] == '.' && ascii_digit(rest_[end + 1])) {
      is_float = true;
      end = digits(end + 1);
    }
    if (!after_dot && end < rest_.size() && (rest_[end] == 'e' || rest_[end] == 'E')) {
      const std::size_t sign = end + 1 < rest_.size() && (rest_[end + 1] == '+' || rest_[end + 1] == '-') ? 1 : 0;
      if (end + 1 + sign < rest_.size() && ascii_digit(rest_[end + 1 + sign])) {
        is_float = true;
        end = digits(end + 1 + sign);
      }
    }
    // A whole number that begins with 0 is 0, and what follows is another.
    if (!is_float && rest_[at_] == '0') {
      end = at_ + 1;
      while (end < rest_.size() && (rest_[end] == '0' || (rest_[end] == '_' && rest_.substr(end + 1).starts_with('0'))))
        ++end;
    }
    std::string text(rest_.substr(at_, end - at_));
    std::erase(text, '_');
    add(is_float ? Type::kFloat : Type::kInteger, text);
    advance(end - at_);
  }

  void string(char mark) {
    std::size_t end = at_ + 1;
    while (end < rest_.size() && rest_[end] != mark) end += rest_[end] == '\\' ? 2 : 1;
    if (end >= rest_.size()) fail("a string is not closed");
    const auto text = unescape(rest_.substr(at_ + 1, end - at_ - 1));
    if (!text) fail("a string has a malformed escape");
    add(Type::kString, *text);
    advance(end + 1 - at_);
  }

  std::string source_;
  std::string_view rest_;  // all of source_
  std::size_t at_ = 0;
  int line_ = 1;
  bool line_starting_ = true;
  std::vector<Token> tokens_;
};

}  // namespace

std::vector<Token> lex(std::string_view source) { return Lexer(source).run(); }

}  // namespace llmops::text::jinja
