// printf-style formatting as Python's str % values does it.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "text/jinja/failure.h"
#include "text/jinja/operators.h"
#include "text/jinja/text_form.h"
#include "text/utf8.h"

namespace llmops::text::jinja {
namespace {

struct Directive {
  std::string flags;
  int width = 0;
  int precision = -1;
  char kind = 's';
};

constexpr int kMaxWidth = 10'000;

int read_number(const std::string& format, std::size_t& at) {
  int number = 0;
  while (at < format.size() && format[at] >= '0' && format[at] <= '9') {
    number = number * 10 + (format[at++] - '0');
    if (number > kMaxWidth) throw TemplateFailure("a format is too wide");
  }
  return number;
}

std::string format_one(const Directive& directive, const Value& value, Interpreter& interpreter) {
  char buffer[2 * kMaxWidth];
  const bool integral = std::string_view("diuxXo").find(directive.kind) != std::string_view::npos;
  std::string spec = "%" + directive.flags + (directive.width > 0 ? std::to_string(directive.width) : "");
  if (directive.precision >= 0) spec += "." + std::to_string(directive.precision);
  if (integral || std::string_view("eEfFgG").find(directive.kind) != std::string_view::npos) {
    if (!value.is_number()) {
      throw TemplateFailure(fmt::format("%{} format: a number is required, not {}", directive.kind, value.type_name()));
    }
    const int length = integral
                           ? std::snprintf(buffer, sizeof(buffer), (spec + "ll" + directive.kind).c_str(),
                                           value.is_integral() ? static_cast<long long>(value.integer())
                                                               : static_cast<long long>(value.number()))
                           : std::snprintf(buffer, sizeof(buffer), (spec + directive.kind).c_str(), value.number());
    return {buffer, static_cast<std::size_t>(std::clamp<int>(length, 0, sizeof(buffer) - 1))};
  }
  std::string text = directive.kind == 'r' ? repr(value, interpreter.limits) : interpreter.text_of(value);
  if (directive.precision >= 0) {
    std::size_t end = 0;
    for (int i = 0; i < directive.precision && end < text.size(); ++i) end += utf8_step(text, end).length;
    text.resize(end);
  }
  const std::size_t length = utf8_length(text);
  const std::size_t pad = static_cast<std::size_t>(directive.width) > length ? directive.width - length : 0;
  const bool left = directive.flags.find('-') != std::string::npos;
  return left ? text + std::string(pad, ' ') : std::string(pad, ' ') + text;
}

}  // namespace

std::string format_percent(const std::string& format, const Value& values, Interpreter& interpreter) {
  const Items items = values.kind() == Value::Kind::kTuple ? values.items() : Items{values};
  std::string out;
  std::size_t used = 0;
  bool by_name = false;
  for (std::size_t at = 0; at < format.size();) {
    if (format[at] != '%') {
      out += format[at++];
      continue;
    }
    if (++at < format.size() && format[at] == '%') {
      out += format[at++];
      continue;
    }
    const Value* named = nullptr;
    if (at < format.size() && format[at] == '(') {
      const std::size_t end = format.find(')', at);
      if (end == std::string::npos || !values.is_dict()) throw TemplateFailure("format requires a mapping");
      named = find(values.entries(), std::string_view(format).substr(at + 1, end - at - 1));
      if (named == nullptr) throw TemplateFailure("a name of the format is not in the mapping");
      by_name = true;
      at = end + 1;
    }
    Directive directive;
    while (at < format.size() && std::string_view("-+ #0").find(format[at]) != std::string_view::npos) {
      directive.flags += format[at++];
    }
    directive.width = read_number(format, at);
    if (at < format.size() && format[at] == '.') directive.precision = read_number(format, ++at);
    if (at == format.size()) throw TemplateFailure("incomplete format");
    directive.kind = format[at++];
    if (std::string_view("srdiuxXoeEfFgG").find(directive.kind) == std::string_view::npos) {
      throw TemplateFailure(fmt::format("unsupported format character '{}'", directive.kind));
    }
    if (named == nullptr && used == items.size()) throw TemplateFailure("not enough arguments for format string");
    out += format_one(directive, named != nullptr ? *named : items[used++], interpreter);
    interpreter.limits.charge_text(out.size() / 8);
  }
  if (!by_name && used < items.size() && !values.is_dict()) {
    throw TemplateFailure("not all arguments converted during string formatting");
  }
  return out;
}

}  // namespace llmops::text::jinja
