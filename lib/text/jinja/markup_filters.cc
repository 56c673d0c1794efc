// Filters that make or unmake HTML.
#include <fmt/format.h>

#include <charconv>

#include "text/jinja/failure.h"
#include "text/jinja/operators.h"
#include "text/jinja/parameters.h"
#include "text/jinja/registry.h"
#include "text/jinja/text_tools.h"
#include "text/unicode.h"
#include "text/utf8.h"

namespace llmops::text::jinja {
namespace {

Value escape_filter(const Value& operand, Arguments arguments, Interpreter& interpreter) {
  no_arguments("escape", arguments);
  return escaped(operand, interpreter);
}

Value forceescape_filter(const Value& operand, Arguments arguments, Interpreter& interpreter) {
  no_arguments("forceescape", arguments);
  return Value::markup(escape_html(interpreter.text_of(operand)));
}

Value safe_filter(const Value& operand, Arguments arguments, Interpreter& interpreter) {
  no_arguments("safe", arguments);
  return Value::markup(interpreter.text_of(operand));
}

void remove_between(std::string& text, std::string_view begin, std::string_view end) {
  std::string kept;
  std::size_t at = 0;
  for (;;) {
    const std::size_t first = text.find(begin, at);
    const std::size_t last = first == std::string::npos ? first : text.find(end, first);
    if (last == std::string::npos) break;
    kept.append(text, at, first - at);
    at = last + end.size();
  }
  text = kept.append(text, at, std::string::npos);
}

/// The character that "&name;" or "&#60;" stands for; "" where it is not known.
std::string entity(std::string_view name) {
  static constexpr std::pair<std::string_view, const char*> kNamed[] = {
      {"amp", "&"}, {"lt", "<"}, {"gt", ">"}, {"quot", "\""}, {"apos", "'"}, {"nbsp", "\u00a0"}};
  for (const auto& [known, character] : kNamed) {
    if (known == name) return character;
  }
  if (!name.starts_with('#')) return "";
  const bool hex = name.size() > 1 && (name[1] | 0x20) == 'x';
  name.remove_prefix(hex ? 2 : 1);
  std::uint32_t code = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), code, hex ? 16 : 10);
  if (error != std::errc() || end != name.data() + name.size() || code > 0x10FFFF) return "";
  std::string character;
  append_utf8(character, static_cast<char32_t>(code));
  return character;
}

std::string unescape_html(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text[at] == '&' ? text.find(';', at) : std::string_view::npos;
    const std::string character = end == std::string_view::npos ? "" : entity(text.substr(at + 1, end - at - 1));
    out += character.empty() ? std::string(1, text[at]) : character;
    at = character.empty() ? at + 1 : end + 1;
  }
  return out;
}

Value striptags_filter(const Value& operand, Arguments arguments, Interpreter& interpreter) {
  no_arguments("striptags", arguments);
  std::string text = interpreter.text_of(operand);
  interpreter.limits.charge_text(text.size());
  remove_between(text, "<!--", "-->");
  remove_between(text, "<", ">");
  std::string out;
  bool space = false;
  for (std::size_t at = 0; at < text.size();) {
    const Utf8Step step = utf8_step(text, at);
    const bool is_space = is_python_space(step.code_point);
    if (!is_space && space && !out.empty()) out += ' ';
    if (!is_space) out.append(text, at, step.length);
    space = is_space;
    at += step.length;
  }
  return unescape_html(out);
}

Value xmlattr_filter(const Value& operand, Arguments arguments, Interpreter& interpreter) {
  const Parameters values("xmlattr", std::move(arguments), {"autospace"});
  if (!operand.is_dict()) throw TemplateFailure("xmlattr: a mapping is needed");
  std::string out;
  for (const auto& [key, value] : operand.entries()) {
    if (value.is_none() || value.is_undefined()) continue;
    if (!key.is_string() || key.text().find_first_of(" \t\n\r\f\v/>=") != std::string::npos)
      throw TemplateFailure(fmt::format("Invalid character in attribute name: '{}'", interpreter.text_of(key)));
    if (!out.empty()) out += ' ';
    out += escape_html(key.text()) + "=\"" + escaped(value, interpreter).text() + '"';
    interpreter.limits.charge_text(out.size() / 8);
  }
  return values.truthy(0, true) && !out.empty() ? " " + out : out;
}

constexpr std::pair<const char*, FilterFunction> kFilters[] = {
    {"escape", escape_filter},           {"e", escape_filter},
    {"forceescape", forceescape_filter}, {"safe", safe_filter},
    {"striptags", striptags_filter},     {"xmlattr", xmlattr_filter},
    {"urlize", urlize_filter},
};

}  // namespace

FilterFunction find_markup_filter(const std::string& name) {
  for (const auto& [known, function] : kFilters) {
    if (name == known) return function;
  }
  return nullptr;
}

}  // namespace llmops::text::jinja
