// Methods of str that change letters or widths, or ask what a text is made of.
#include <fmt/format.h>
#include <unicode/uchar.h>

#include "text/jinja/failure.h"
#include "text/jinja/parameters.h"
#include "text/jinja/string_methods.h"
#include "text/jinja/text_tools.h"
#include "text/unicode.h"
#include "text/utf8.h"

namespace llmops::text::jinja {
namespace {

template <std::string (*change)(std::string_view)>
Value changed_method(const Value& self, Arguments arguments, Interpreter& interpreter) {
  no_arguments("the method", arguments);
  interpreter.limits.charge_text(self.text().size());
  return change(self.text());
}

template <bool (*wanted)(char32_t), bool of_empty = false>
Value all_method(const Value& self, Arguments arguments, Interpreter& interpreter) {
  no_arguments("the method", arguments);
  interpreter.limits.charge_text(self.text().size());
  for (std::size_t at = 0; at < self.text().size();) {
    const Utf8Step step = utf8_step(self.text(), at);
    if (!wanted(step.code_point)) return false;
    at += step.length;
  }
  return of_empty || !self.text().empty();
}

template <bool (*wanted)(char32_t), bool (*unwanted)(char32_t)>
Value cased_method(const Value& self, Arguments arguments, Interpreter& interpreter) {
  no_arguments("the method", arguments);
  interpreter.limits.charge_text(self.text().size());
  return all_cased(self.text(), wanted, unwanted);
}

int numeric_type(char32_t c) { return u_getIntPropertyValue(static_cast<UChar32>(c), UCHAR_NUMERIC_TYPE); }
bool is_decimal(char32_t c) { return numeric_type(c) == U_NT_DECIMAL; }
bool is_numeric(char32_t c) { return numeric_type(c) != U_NT_NONE; }
bool is_ascii(char32_t c) { return c < 0x80; }
bool is_title(char32_t c) { return u_charType(static_cast<UChar32>(c)) == U_TITLECASE_LETTER; }
bool not_lower(char32_t c) { return is_upper(c) || is_title(c); }
bool not_upper(char32_t c) { return is_lower(c) || is_title(c); }

std::string python_title(std::string_view text) { return title(text, true); }

Value istitle_method(const Value& self, Arguments arguments, Interpreter& interpreter) {
  no_arguments("istitle", arguments);
  interpreter.limits.charge_text(self.text().size());
  bool any = false, inside = false;
  for (std::size_t at = 0; at < self.text().size();) {
    const Utf8Step step = utf8_step(self.text(), at);
    const bool up = is_upper(step.code_point) || is_title(step.code_point);
    if ((up && inside) || (is_lower(step.code_point) && !inside)) return false;
    inside = up || is_lower(step.code_point);
    any = any || inside;
    at += step.length;
  }
  return any;
}

Value isidentifier_method(const Value& self, Arguments arguments, Interpreter&) {
  no_arguments("isidentifier", arguments);
  return is_identifier(self.text());
}

/// @tparam left, right  the sides that are filled
template <bool left, bool right>
Value pad_method(const Value& self, Arguments arguments, Interpreter& interpreter) {
  const Parameters values("pad", positional_only("pad", std::move(arguments)), {"width", "fillchar"}, 1);
  const std::string fill = values.text(1, " ");
  if (utf8_length(fill) != 1) throw TemplateFailure("The fill character must be exactly one character long");
  const std::int64_t width = values.integer(0, 0);
  if (left && right) return center(self.text(), width, fill, interpreter);
  std::string pad;
  const auto length = static_cast<std::int64_t>(utf8_length(self.text()));
  if (width > static_cast<std::int64_t>(Limits::kMaxTextBytes)) throw TemplateFailure("a text is too wide");
  interpreter.limits.charge_text(static_cast<std::size_t>(std::max<std::int64_t>(width, 0)));
  for (std::int64_t i = length; i < width; ++i) pad += fill;
  return left ? pad + self.text() : self.text() + pad;
}

Value zfill_method(const Value& self, Arguments arguments, Interpreter& interpreter) {
  const Parameters values("zfill", positional_only("zfill", std::move(arguments)), {"width"}, 1);
  const std::int64_t width = values.integer(0, 0);
  if (width > static_cast<std::int64_t>(Limits::kMaxTextBytes)) throw TemplateFailure("a text is too wide");
  std::string text = self.text();
  const auto length = static_cast<std::int64_t>(utf8_length(text));
  interpreter.limits.charge_text(static_cast<std::size_t>(std::max<std::int64_t>(width, length)));
  if (width <= length) return text;
  const bool sign = text.starts_with('-') || text.starts_with('+');
  text.insert(sign ? 1 : 0, static_cast<std::size_t>(width - length), '0');
  return text;
}

Value expandtabs_method(const Value& self, Arguments arguments, Interpreter& interpreter) {
  const Parameters values("expandtabs", std::move(arguments), {"tabsize"});
  const std::int64_t size = values.integer(0, 8);
  if (size > 10'000) throw TemplateFailure("a tab is too wide");
  std::string out;
  std::int64_t column = 0;
  for (std::size_t at = 0; at < self.text().size();) {
    const std::size_t length = utf8_step(self.text(), at).length;
    const char c = self.text()[at];
    if (c == '\t') {
      const std::int64_t pad = size > 0 ? size - column % size : 0;
      out.append(static_cast<std::size_t>(pad), ' ');
      column += pad;
      interpreter.limits.charge_text(out.size() / 8);
    } else {
      out.append(self.text(), at, length);
      column = c == '\n' || c == '\r' ? 0 : column + 1;
    }
    at += length;
  }
  interpreter.limits.charge_text(out.size());
  return out;
}

constexpr std::pair<const char*, Method> kMethods[] = {
    {"lower", changed_method<lower>},
    {"upper", changed_method<upper>},
    {"casefold", changed_method<fold_case>},
    {"swapcase", changed_method<swap_case>},
    {"capitalize", changed_method<capitalize>},
    {"title", changed_method<python_title>},
    {"isdigit", all_method<is_decimal_digit>},
    {"isdecimal", all_method<is_decimal>},
    {"isnumeric", all_method<is_numeric>},
    {"isalpha", all_method<is_alphabetic>},
    {"isalnum", all_method<is_alphanumeric>},
    {"isspace", all_method<is_python_space>},
    {"isascii", all_method<is_ascii, true>},
    {"isprintable", all_method<is_python_printable, true>},
    {"islower", cased_method<is_lower, not_lower>},
    {"isupper", cased_method<is_upper, not_upper>},
    {"istitle", istitle_method},
    {"isidentifier", isidentifier_method},
    {"center", pad_method<true, true>},
    {"ljust", pad_method<false, true>},
    {"rjust", pad_method<true, false>},
    {"zfill", zfill_method},
    {"expandtabs", expandtabs_method},
};

}  // namespace

Method find_shape_method(const std::string& name) {
  for (const auto& [known, method] : kMethods) {
    if (name == known) return method;
  }
  return nullptr;
}

}  // namespace llmops::text::jinja
