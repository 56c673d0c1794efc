// What string methods and text filters share.
#include "text/jinja/text_tools.h"

#include <unicode/locid.h>
#include <unicode/stringoptions.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include "text/jinja/failure.h"
#include "text/unicode.h"
#include "text/utf8.h"

namespace llmops::text::jinja {
namespace {

// Full case mapping ("ß" to "SS") without the rules of a language.
std::string map_case(std::string_view text, bool up) {
  auto source = icu::UnicodeString::fromUTF8({text.data(), static_cast<int32_t>(text.size())});
  if (up) {
    source.toUpper(icu::Locale::getRoot());
  } else {
    source.toLower(icu::Locale::getRoot());
  }
  std::string out;
  source.toUTF8String(out);
  return out;
}

// "ß" to "Ss", "ǆ" to "ǅ".
std::string title_case(std::string_view character) {
  auto source = icu::UnicodeString::fromUTF8({character.data(), static_cast<int32_t>(character.size())});
  source.toTitle(nullptr, icu::Locale::getRoot(), U_TITLECASE_WHOLE_STRING | U_TITLECASE_NO_BREAK_ADJUSTMENT);
  std::string out;
  source.toUTF8String(out);
  return out;
}

}  // namespace

std::string strip(std::string_view text, const std::string* set, Side side) {
  const auto stripped = [set](char32_t c) {
    if (set == nullptr) return is_python_space(c);
    for (std::size_t at = 0; at < set->size();) {
      const Utf8Step step = utf8_step(*set, at);
      if (step.code_point == c) return true;
      at += step.length;
    }
    return false;
  };
  std::size_t begin = 0;
  std::size_t end = 0;  // of the last character that stays
  bool started = false;
  for (std::size_t at = 0; at < text.size();) {
    const Utf8Step step = utf8_step(text, at);
    const bool stays = !stripped(step.code_point);
    if (stays && !started) begin = at;
    started = started || stays;
    at += step.length;
    if (stays) end = at;
  }
  if (!started) begin = side == Side::kRight ? 0 : text.size();
  if (!started) end = side == Side::kLeft ? text.size() : 0;
  if (side == Side::kLeft) end = text.size();
  if (side == Side::kRight) begin = 0;
  return begin >= end ? "" : std::string(text.substr(begin, end - begin));
}

std::string replace(const std::string& text, const std::string& from, const std::string& to, std::int64_t most,
                    Interpreter& interpreter) {
  std::string out;
  std::size_t at = 0;
  for (std::int64_t done = 0; most < 0 || done < most; ++done) {
    const std::size_t found = text.find(from, at);
    if (found == std::string::npos) break;
    out.append(text, at, found - at).append(to);
    at = found + from.size();
    if (from.empty()) {  // before every character, and at the end
      if (found == text.size()) break;
      const std::size_t length = utf8_step(text, found).length;
      out.append(text, found, length);
      at = found + length;
    }
    interpreter.limits.charge(1);
    if (out.size() > Limits::kMaxTextBytes) interpreter.limits.charge_text(out.size());
  }
  out.append(text, std::min(at, text.size()), std::string::npos);
  interpreter.limits.charge_text(out.size());
  return out;
}

std::string escape_html(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&#34;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string lower(std::string_view text) { return map_case(text, false); }
std::string upper(std::string_view text) { return map_case(text, true); }

std::string capitalize(std::string_view text) {
  if (text.empty()) return "";
  const std::size_t first = utf8_step(text, 0).length;
  return title_case(text.substr(0, first)) + lower(text.substr(first));
}

std::string fold_case(std::string_view text) {
  std::string out;
  icu::UnicodeString::fromUTF8({text.data(), static_cast<int32_t>(text.size())}).foldCase().toUTF8String(out);
  return out;
}

std::string swap_case(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const Utf8Step step = utf8_step(text, at);
    const std::string_view character = text.substr(at, step.length);
    out += is_upper(step.code_point)   ? lower(character)
           : is_lower(step.code_point) ? upper(character)
                                       : std::string(character);
    at += step.length;
  }
  return out;
}

bool is_alphanumeric(char32_t c) {
  return is_alphabetic(c) || u_getIntPropertyValue(static_cast<UChar32>(c), UCHAR_NUMERIC_TYPE) != U_NT_NONE;
}

bool is_identifier(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const Utf8Step step = utf8_step(text, at);
    const auto c = static_cast<UChar32>(step.code_point);
    const bool fits = u_hasBinaryProperty(c, at == 0 ? UCHAR_XID_START : UCHAR_XID_CONTINUE) != 0;
    if (!step.valid || (!fits && c != '_')) return false;
    at += step.length;
  }
  return !text.empty();
}

bool all_cased(std::string_view text, bool (*wanted)(char32_t), bool (*unwanted)(char32_t)) {
  bool any = false;
  for (std::size_t at = 0; at < text.size();) {
    const Utf8Step step = utf8_step(text, at);
    if (unwanted(step.code_point)) return false;
    any = any || wanted(step.code_point);
    at += step.length;
  }
  return any;
}

std::vector<std::string_view> split_lines(std::string_view text, bool keep_ends) {
  std::vector<std::string_view> lines;
  std::size_t begin = 0;
  for (std::size_t at = 0; at < text.size();) {
    const Utf8Step step = utf8_step(text, at);
    const char32_t c = step.code_point;
    const bool ends = (c >= 0x0A && c <= 0x0D) || (c >= 0x1C && c <= 0x1E) || c == 0x85 || c == 0x2028 || c == 0x2029;
    const std::size_t end = at;
    at += step.length;
    if (!ends) continue;
    if (c == '\r' && at < text.size() && text[at] == '\n') ++at;
    lines.push_back(text.substr(begin, (keep_ends ? at : end) - begin));
    begin = at;
  }
  if (begin < text.size()) lines.push_back(text.substr(begin));
  return lines;
}

std::string title(std::string_view text, bool after_any_non_letter) {
  static constexpr std::string_view kBefore = "-([{<";  // Jinja's filter begins words after white space and these
  std::string out;
  bool begins = true;
  for (std::size_t at = 0; at < text.size();) {
    const Utf8Step step = utf8_step(text, at);
    const std::string_view character = text.substr(at, step.length);
    out += !begins ? lower(character) : after_any_non_letter ? title_case(character) : upper(character);
    const char32_t c = step.code_point;
    begins = after_any_non_letter
                 ? !is_alphabetic(c)
                 : is_python_space(c) || (c < 0x80 && kBefore.find(static_cast<char>(c)) != kBefore.npos);
    at += step.length;
  }
  return out;
}

std::string center(const std::string& text, std::int64_t width, const std::string& fill, Interpreter& interpreter) {
  const auto length = static_cast<std::int64_t>(utf8_length(text));
  if (width <= length) return text;
  if (width > static_cast<std::int64_t>(Limits::kMaxTextBytes)) throw TemplateFailure("a text is too wide");
  interpreter.limits.charge_text(static_cast<std::size_t>(width));
  const std::int64_t pad = width - length;
  const std::int64_t left = pad / 2 + (pad & width & 1);  // where Python puts the odd one
  std::string out;
  for (std::int64_t i = 0; i < left; ++i) out += fill;
  out += text;
  for (std::int64_t i = left; i < pad; ++i) out += fill;
  return out;
}

}  // namespace llmops::text::jinja
