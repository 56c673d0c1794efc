// printf-style formatting as Python's str % values does it.
#include <fmt/format.h>

#include <algorithm>

#include "text/jinja/failure.h"
#include "text/jinja/format_number.h"
#include "text/jinja/number_methods.h"
#include "text/jinja/operators.h"
#include "text/jinja/text_form.h"
#include "text/jinja/text_tools.h"
#include "text/utf8.h"

namespace llmops::text::jinja {
namespace {

class Formatter {
 public:
  Formatter(const std::string& format, const Value& values, bool escape, Interpreter& interpreter)
      : format_(format),
        values_(values),
        items_(values.kind() == Value::Kind::kTuple ? values.items() : Items{values}),
        escape_(escape),
        interpreter_(interpreter) {}

  std::string run() {
    std::string out;
    while (at_ < format_.size()) {
      if (format_[at_] != '%') {
        out += format_[at_++];
      } else if (at_ + 1 < format_.size() && format_[at_ + 1] == '%') {
        out += '%';
        at_ += 2;
      } else {
        ++at_;
        out += directive();
        interpreter_.limits.charge_text(out.size() / 8);
      }
    }
    // What could be looked up by a name may stay unused.
    const bool single = values_.kind() != Value::Kind::kTuple;
    if (used_ < items_.size() && !by_name_ &&
        !(single && (values_.is_dict() || values_.kind() == Value::Kind::kList || values_.is_undefined())))
      throw TemplateFailure("not all arguments converted during string formatting");
    return out;
  }

 private:
  const Value& take() {
    if (used_ == items_.size()) throw TemplateFailure("not enough arguments for format string");
    return items_[used_++];
  }

  /// A number in the format, or from the values where it is "*".
  int number(int otherwise) {
    if (at_ < format_.size() && format_[at_] == '*') {
      ++at_;
      const Value& given = take();
      if (!given.is_integral()) throw TemplateFailure("* wants int");
      if (given.integer() > kMaxFormatWidth || given.integer() < -kMaxFormatWidth)
        throw TemplateFailure("a format is too wide");
      return static_cast<int>(given.integer());
    }
    int read = otherwise;
    while (at_ < format_.size() && format_[at_] >= '0' && format_[at_] <= '9') {
      read = std::max(read, 0) * 10 + (format_[at_++] - '0');
      if (read > kMaxFormatWidth) throw TemplateFailure("a format is too wide");
    }
    return read;
  }

  Value named() {
    const std::size_t end = format_.find(')', at_);
    if (end == std::string::npos) throw TemplateFailure("incomplete format key");
    if (!values_.is_dict()) throw TemplateFailure("format requires a mapping");
    const Value* found = find(values_.entries(), std::string_view(format_).substr(at_ + 1, end - at_ - 1));
    if (found == nullptr) throw TemplateFailure("a name of the format is not in the mapping");
    by_name_ = true;
    at_ = end + 1;
    return *found;
  }

  std::string directive() {
    Value value = Value::undefined("");
    const bool has_name = at_ < format_.size() && format_[at_] == '(';
    if (has_name) value = named();
    FormatSpec spec;
    bool left = false;
    for (; at_ < format_.size() && std::string_view("-+ #0").find(format_[at_]) != std::string_view::npos; ++at_) {
      left = left || format_[at_] == '-';
      if (format_[at_] == '+' || (format_[at_] == ' ' && spec.sign == '-')) spec.sign = format_[at_];
      spec.alternate = spec.alternate || format_[at_] == '#';
      spec.zero = spec.zero || format_[at_] == '0';
    }
    const int width = number(0);
    left = left || width < 0;
    spec.width = std::abs(width);
    if (at_ < format_.size() && format_[at_] == '.') {
      ++at_;
      spec.precision = std::max(number(0), 0);
    }
    while (at_ < format_.size() && std::string_view("hlL").find(format_[at_]) != std::string_view::npos) ++at_;
    if (at_ == format_.size()) throw TemplateFailure("incomplete format");
    spec.type = format_[at_++];
    spec.align = left ? '<' : '>';
    if (!has_name) value = take();
    return written(value, spec);
  }

  std::string written(const Value& value, FormatSpec spec) {
    if (std::string_view("sra").find(spec.type) != std::string_view::npos) return text(value, spec);
    if (spec.type == 'c') return character(value, spec);
    const bool integral = std::string_view("diuxXo").find(spec.type) != std::string_view::npos;
    if (!integral && std::string_view("eEfFgG").find(spec.type) == std::string_view::npos)
      throw TemplateFailure(fmt::format("unsupported format character '{}'", spec.type));
    const bool whole = std::string_view("xXo").find(spec.type) != std::string_view::npos;
    if (!value.is_number() || (whole && !value.is_integral())) {
      throw TemplateFailure(fmt::format("%{} format: a number is required, not {}", spec.type, value.type_name()));
    }
    if (spec.zero && spec.align != '<') {
      spec.align = '=';
      spec.fill = "0";
    }
    if (!integral) return format_value(value.number(), spec, interpreter_);
    const Value number = value.is_integral() ? Value::whole_number(value.integer_text()) : truncate(value.number());
    if (spec.type == 'i' || spec.type == 'u') spec.type = 'd';
    if (spec.precision < 0) return format_value(number, spec, interpreter_);
    FormatSpec digits = spec;  // the precision is the least number of digits
    digits.width = spec.precision + (number.integer_text().starts_with('-') || spec.sign != '-' ? 1 : 0);
    digits.precision = -1;
    digits.align = '=';
    digits.fill = "0";
    spec.precision = -1;
    spec.type = 's';
    spec.sign = '-';
    spec.alternate = false;
    if (spec.align == '=') spec.align = '>';
    spec.fill = " ";
    return format_value(format_value(number, digits, interpreter_), spec, interpreter_);
  }

  std::string text(const Value& value, FormatSpec spec) {
    Value shown = spec.type == 'r'   ? Value(repr(value, interpreter_.limits))
                  : spec.type == 'a' ? Value(ascii_repr(value, interpreter_.limits))
                                     : Value(interpreter_.text_of(value));
    if (escape_ && !(spec.type == 's' && value.is_markup())) shown = escape_html(shown.text());
    spec.type = 's';
    spec.sign = '-';
    spec.alternate = false;
    return format_value(shown, spec, interpreter_);
  }

  std::string character(const Value& value, FormatSpec spec) {
    spec.precision = -1;
    spec.sign = '-';
    spec.alternate = false;
    spec.type = value.is_string() ? 's' : 'c';
    if (value.is_string() && utf8_length(value.text()) != 1) throw TemplateFailure("%c requires int or char");
    return format_value(value, spec, interpreter_);
  }

  const std::string& format_;
  const Value& values_;
  Items items_;
  bool escape_;
  Interpreter& interpreter_;
  std::size_t at_ = 0;
  std::size_t used_ = 0;
  bool by_name_ = false;
};

}  // namespace

Value escaped(const Value& value, Interpreter& interpreter) {
  return value.is_markup() ? value : Value::markup(escape_html(interpreter.text_of(value)));
}

std::string format_percent(const std::string& format, const Value& values, bool escape, Interpreter& interpreter) {
  return Formatter(format, values, escape, interpreter).run();
}

}  // namespace llmops::text::jinja
