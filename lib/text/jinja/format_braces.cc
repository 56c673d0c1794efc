// str.format as the sandbox has it: fields may reach into values, but not to what the sandbox hides.
#include <fmt/format.h>

#include <algorithm>

#include "text/jinja/attributes.h"
#include "text/jinja/failure.h"
#include "text/jinja/format_number.h"
#include "text/jinja/operators.h"
#include "text/jinja/text_form.h"
#include "text/jinja/text_tools.h"

namespace llmops::text::jinja {
namespace {

class Formatter {
 public:
  Formatter(const Arguments& values, bool escape, Interpreter& interpreter)
      : values_(values), escape_(escape), interpreter_(interpreter) {}

  std::string run(const std::string& format, int depth) {
    if (depth > 2) throw TemplateFailure("Max string recursion exceeded");
    std::string out;
    for (std::size_t at = 0; at < format.size();) {
      const char c = format[at];
      if (c != '{' && c != '}') {
        out += c;
        ++at;
      } else if (at + 1 < format.size() && format[at + 1] == c) {
        out += c;
        at += 2;
      } else if (c == '}') {
        throw TemplateFailure("Single '}' encountered in format string");
      } else {
        const std::size_t end = field_end(format, at + 1);
        out += field(format.substr(at + 1, end - at - 1), depth);
        at = end + 1;
      }
      interpreter_.limits.charge_text(out.size() / 8);
    }
    return out;
  }

 private:
  static std::size_t field_end(const std::string& format, std::size_t at) {
    for (int open = 1; at < format.size(); ++at) {
      open += format[at] == '{' ? 1 : format[at] == '}' ? -1 : 0;
      if (open == 0) return at;
    }
    throw TemplateFailure("expected '}' before end of string");
  }

  /// "name!r:spec"
  std::string field(const std::string& text, int depth) {
    std::size_t end = 0;
    for (int brackets = 0; end < text.size(); ++end) {
      brackets += text[end] == '[' ? 1 : text[end] == ']' ? -1 : 0;
      if (brackets == 0 && (text[end] == '!' || text[end] == ':')) break;
    }
    Value value = lookup(text.substr(0, end));
    if (end < text.size() && text[end] == '!') {
      if (end + 1 >= text.size() || (end + 2 < text.size() && text[end + 2] != ':'))
        throw TemplateFailure("expected ':' after conversion specifier");
      value = converted(value, text[end + 1]);
      end += 2;
    }
    const std::string spec = end < text.size() ? run(text.substr(end + 1), depth + 1) : "";
    if (escape_ && spec.empty()) return escaped(value, interpreter_).text();
    const std::string formatted = format_value(value, parse_format_spec(spec), interpreter_);
    return escape_ ? escape_html(formatted) : formatted;
  }

  Value converted(const Value& value, char how) {
    if (how == 's') return interpreter_.text_of(value);
    if (how == 'r') return repr(value, interpreter_.limits);
    if (how == 'a') return ascii_repr(value, interpreter_.limits);
    throw TemplateFailure(fmt::format("Unknown conversion specifier {}", how));
  }

  Value first(const std::string& name) {
    const bool number = !name.empty() && name.find_first_not_of("0123456789") == std::string::npos;
    if (name.empty() || number) {
      if (numbered_ == (name.empty() ? 'm' : 'a'))
        throw TemplateFailure("cannot switch between manual and automatic field numbering");
      numbered_ = name.empty() ? 'a' : 'm';
      const std::size_t at = name.empty() ? next_++ : std::stoul(name.substr(0, 9));
      if (at >= values_.positional.size())
        throw TemplateFailure("Replacement index out of range for positional args tuple");
      return values_.positional[at];
    }
    const auto found = std::find_if(values_.named.begin(), values_.named.end(),
                                    [&](const auto& argument) { return argument.first == name; });
    if (found == values_.named.end()) throw TemplateFailure(fmt::format("'{}'", name));
    return found->second;
  }

  /// "0.name[key]"
  Value lookup(const std::string& text) {
    std::size_t at = std::min(text.find_first_of(".["), text.size());
    Value value = first(text.substr(0, at));
    while (at < text.size()) {
      const bool bracket = text[at] == '[';
      if (!bracket && text[at] != '.')
        throw TemplateFailure("Only '.' or '[' may follow ']' in format field specifier");
      const std::size_t end = bracket ? text.find(']', at) : std::min(text.find_first_of(".[", at + 1), text.size());
      if (end == std::string::npos) throw TemplateFailure("Missing ']' in format string");
      const std::string part = text.substr(at + 1, end - at - 1);
      if (part.empty()) throw TemplateFailure("Empty attribute in format string");
      const bool number = bracket && part.size() < 10 && part.find_first_not_of("0123456789") == std::string::npos;
      value = bracket ? get_item(value, number ? Value(std::int64_t{std::stol(part)}) : Value(part), interpreter_)
                      : get_attribute(value, part, interpreter_);
      at = end + (bracket ? 1 : 0);
    }
    return value;
  }

  const Arguments& values_;
  bool escape_;
  Interpreter& interpreter_;
  std::size_t next_ = 0;
  char numbered_ = 0;  ///< 'a' automatically, 'm' by hand
};

}  // namespace

std::string format_braces(const std::string& format, const Arguments& values, bool escape, Interpreter& interpreter) {
  return Formatter(values, escape, interpreter).run(format, 1);
}

}  // namespace llmops::text::jinja
