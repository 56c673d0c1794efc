// A pattern or a grammar as its parsers walk it: by character, with the place for errors.
#include "infer/grammar/source_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "infer/grammar/grammar.h"
#include "infer/grammar/limits.h"
#include "text/unicode.h"
#include "text/utf8.h"

namespace llmops::infer::grammar {
namespace {

std::uint32_t take_number(SourceText& text, std::uint32_t absent) {
  const std::size_t begin = text.at();
  std::uint32_t number = 0;
  while (text.peek() >= '0' && text.peek() <= '9') {
    number = std::min(number * 10 + static_cast<std::uint32_t>(text.take() - '0'), kMaxRepeat + 1);
  }
  if (text.at() == begin) return absent;
  if (number > kMaxRepeat) {
    text.fail(begin, fmt::format("{} repetitions are more than the {} allowed",
                                 text.between(begin, std::min(text.at(), begin + 20)), kMaxRepeat));
  }
  return number;
}

}  // namespace

SourceText::SourceText(std::string_view text, std::string name) : text_(text), name_(std::move(name)) {
  const std::size_t valid = text::utf8_valid_prefix(text);
  if (valid != text.size()) fail(valid, "a byte is not UTF-8");
  if (const auto nul = text.find('\0'); nul != text.npos) fail(nul, "a NUL character", "write \\x00");
}

char32_t SourceText::peek() const { return at_end() ? 0 : text::utf8_step(text_, at_).code_point; }

char32_t SourceText::take() {
  if (at_end()) return 0;
  const text::Utf8Step step = text::utf8_step(text_, at_);
  at_ += step.length;
  return step.code_point;
}

bool SourceText::take_if(std::string_view expected) {
  if (!looking_at(expected)) return false;
  at_ += expected.size();
  return true;
}

char32_t SourceText::take_hex(int digits) {
  const std::size_t begin = at_;
  char32_t value = 0;
  for (int i = 0; i < digits; ++i) {
    const char c = at_end() ? '\0' : text_[at_];
    const bool letter = (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    if (!letter && !(c >= '0' && c <= '9')) fail(begin, fmt::format("expected {} hexadecimal digits", digits));
    value = value * 16 + static_cast<char32_t>(letter ? (c & ~0x20) - 'A' + 10 : c - '0');
    ++at_;
  }
  return value;
}

void SourceText::fail(std::size_t at, const std::string& message, const std::string& hint) const {
  const std::string_view before = text_.substr(0, at);
  const auto line = std::ranges::count(before, '\n') + 1;
  const auto line_begin = before.rfind('\n') == before.npos ? 0 : before.rfind('\n') + 1;
  const auto column = text::utf8_length(text::utf8_repair(before.substr(line_begin))) + 1;
  const bool lines = name_ == "gbnf" || line > 1;
  throw InputError(lines ? fmt::format("{}:{}:{}: {}", name_, line, column, message)
                         : fmt::format("{}: column {}: {}", name_, column, message),
                   hint);
}

std::string quoted(char32_t c) {
  if (!text::is_python_printable(c)) return fmt::format("U+{:04X}", static_cast<std::uint32_t>(c));
  std::string text = "'";
  text::append_utf8(text, c);
  return text + "'";
}

namespace {

/// The counts in braces.
bool take_counts(SourceText& text, RepeatCounts& counts) {
  const std::size_t begin = text.at();
  if (!text.take_if("{")) return false;
  counts.least = take_number(text, kUnbounded);
  if (text.take_if(",")) {
    counts.most = take_number(text, kUnbounded);
    if (counts.least == kUnbounded && counts.most == kUnbounded) counts.least = kUnbounded;
    if (counts.least == kUnbounded && counts.most != kUnbounded) counts.least = 0;
  } else {
    counts.most = counts.least;
  }
  if (counts.least == kUnbounded || !text.take_if("}")) {
    text.go_to(begin);
    return false;
  }
  if (counts.least > counts.most) text.fail(begin, "the bounds of a repetition are in the wrong order");
  return true;
}

}  // namespace

bool take_repeat(SourceText& text, RepeatCounts& counts) {
  if (text.take_if("*")) {
    counts = {0, kUnbounded};
  } else if (text.take_if("+")) {
    counts = {1, kUnbounded};
  } else if (text.take_if("?")) {
    counts = {0, 1};
  } else {
    return take_counts(text, counts);
  }
  return true;
}

}  // namespace llmops::infer::grammar
