// A pattern or a grammar as its parsers walk it: by character, with the place for errors.
#pragma once

#include <string>
#include <string_view>

namespace llmops::infer::grammar {

class SourceText {
 public:
  /// @param name  what errors call it: "regex"
  /// @throws InputError  for text that is not UTF-8
  SourceText(std::string_view text, std::string name);

  bool at_end() const { return at_ >= text_.size(); }
  /// The next character, or 0 at the end; none is taken. NUL characters are refused by the constructor.
  char32_t peek() const;
  char32_t take();
  /// Takes `expected` if it comes next.
  bool take_if(std::string_view expected);
  bool looking_at(std::string_view expected) const { return text_.substr(at_).starts_with(expected); }
  std::size_t at() const { return at_; }
  void go_to(std::size_t at) { at_ = at; }
  std::string_view between(std::size_t begin, std::size_t end) const { return text_.substr(begin, end - begin); }

  /// Hexadecimal digits, exactly `digits` of them. @throws InputError
  char32_t take_hex(int digits);

  /// @param at  byte; the error tells line (where there are several) and column, both from 1
  [[noreturn]] void fail(std::size_t at, const std::string& message, const std::string& hint = "") const;
  [[noreturn]] void fail(const std::string& message, const std::string& hint = "") const { fail(at_, message, hint); }

 private:
  std::string_view text_;
  std::string name_;
  std::size_t at_ = 0;
};

/// "'x'", or "U+0007" for what cannot be printed.
std::string quoted(char32_t c);

/// Counts as in {m,n}. @throws InputError  over kMaxRepeat
struct RepeatCounts {
  std::uint32_t least = 0;
  std::uint32_t most = 0;
};

/// Takes "*", "+", "?", "{m}", "{m,}", "{m,n}" or "{,n}" when it comes next and is well-formed; else takes nothing and
/// returns false.
bool take_repeat(SourceText& text, RepeatCounts& counts);

}  // namespace llmops::infer::grammar
