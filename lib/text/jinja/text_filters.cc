// Filters that make text from text.
#include <fmt/format.h>

#include <algorithm>

#include "text/jinja/failure.h"
#include "text/jinja/operators.h"
#include "text/jinja/parameters.h"
#include "text/jinja/registry.h"
#include "text/jinja/text_form.h"
#include "text/jinja/text_tools.h"
#include "text/jinja/views.h"
#include "text/utf8.h"

namespace llmops::text::jinja {
namespace {

/// Text made of a safe text is safe.
Value like(const Value& operand, std::string text) {
  return operand.is_markup() ? Value::markup(std::move(text)) : Value(std::move(text));
}

template <std::string (*change)(std::string_view)>
Value changed_filter(const Value& operand, Arguments arguments, Interpreter& interpreter) {
  no_arguments("the filter", arguments);
  const std::string text = interpreter.text_of(operand);
  interpreter.limits.charge_text(text.size());
  return like(operand, change(text));
}

std::string jinja_title(std::string_view text) { return title(text, false); }

Value trim_filter(const Value& operand, Arguments arguments, Interpreter& interpreter) {
  const Parameters values("trim", std::move(arguments), {"chars"});
  const bool given = values.has(0) && !values[0].is_none();
  const std::string set = given ? values.text(0, "") : "";
  const std::string text = interpreter.text_of(operand);
  interpreter.limits.charge_text(text.size());
  return like(operand, strip(text, given ? &set : nullptr, Side::kBoth));
}

Value replace_filter(const Value& operand, Arguments arguments, Interpreter& interpreter) {
  const Parameters values("replace", std::move(arguments), {"old", "new", "count"}, 2);
  const std::int64_t most = values.has(2) && !values[2].is_none() ? values.integer(2, -1) : -1;
  return replace(interpreter.text_of(operand), interpreter.text_of(values[0]), interpreter.text_of(values[1]), most,
                 interpreter);
}

Value center_filter(const Value& operand, Arguments arguments, Interpreter& interpreter) {
  const Parameters values("center", std::move(arguments), {"width"});
  return like(operand, center(interpreter.text_of(operand), values.integer(0, 80), " ", interpreter));
}

Value indent_filter(const Value& operand, Arguments arguments, Interpreter& interpreter) {
  const Parameters values("indent", std::move(arguments), {"width", "first", "blank"});
  const bool by_text = values.has(0) && values[0].is_string();
  const std::int64_t width = by_text ? 0 : values.integer(0, 4);
  if (width > 100'000) throw TemplateFailure("an indent is too wide");
  const std::string pad =
      by_text ? values.text(0, "") : std::string(static_cast<std::size_t>(std::max<std::int64_t>(width, 0)), ' ');
  const bool blank = values.truthy(2, false);
  if (!operand.is_string()) throw TemplateFailure(fmt::format("indent: a str is needed, not {}", operand.type_name()));
  const std::string text = operand.text() + "\n";  // the reference's way of ending the last line
  std::string out = values.truthy(1, false) ? pad : "";
  bool first = true;
  for (const std::string_view line : split_lines(text)) {
    if (!first) out += '\n';
    if (!first && (blank || !line.empty())) out += pad;
    out += line;
    first = false;
    interpreter.limits.charge_text(pad.size() + 16);
    if (out.size() > Limits::kMaxTextBytes) interpreter.limits.charge_text(out.size());
  }
  return like(operand, out);
}

Value truncate_filter(const Value& operand, Arguments arguments, Interpreter& interpreter) {
  const Parameters values("truncate", std::move(arguments), {"length", "killwords", "end", "leeway"});
  const std::string end = values.text(2, "...");
  const std::int64_t length = values.integer(0, 255);
  const auto end_length = static_cast<std::int64_t>(utf8_length(end));
  if (length < end_length) throw TemplateFailure(fmt::format("expected length >= {}, got {}", end_length, length));
  const auto size = length_of(operand);
  if (!size && !operand.is_undefined())
    throw TemplateFailure(fmt::format("object of type '{}' has no len()", operand.type_name()));
  if (static_cast<std::int64_t>(size.value_or(0)) <= length + values.integer(3, 5)) return operand;
  if (!operand.is_string())
    throw TemplateFailure(fmt::format("truncate: a str is needed, not {}", operand.type_name()));
  const std::string& text = operand.text();
  std::size_t cut = 0;
  for (std::int64_t i = 0; i < length - end_length; ++i) cut += utf8_step(text, cut).length;
  std::string kept = text.substr(0, cut);
  if (!values.truthy(1, false)) kept = kept.substr(0, std::min(kept.rfind(' '), kept.size()));
  return like(operand, kept + end);
}

Value wordcount_filter(const Value& operand, Arguments arguments, Interpreter& interpreter) {
  no_arguments("wordcount", arguments);
  const std::string text = interpreter.text_of(operand);
  std::size_t count = 0;
  bool inside = false;
  for (std::size_t at = 0; at < text.size();) {
    const Utf8Step step = utf8_step(text, at);
    const bool word = is_alphanumeric(step.code_point) || step.code_point == '_';
    count += word && !inside;
    inside = word;
    at += step.length;
  }
  return count;
}

Value format_filter(const Value& operand, Arguments arguments, Interpreter& interpreter) {
  if (!arguments.positional.empty() && !arguments.named.empty())
    throw TemplateFailure("can't handle positional and keyword arguments at the same time");
  Entries named;
  for (auto& [name, value] : arguments.named) named.emplace_back(name, std::move(value));
  const Value values = named.empty() ? Value::tuple(std::move(arguments.positional)) : Value::dict(std::move(named));
  return like(operand, format_percent(interpreter.text_of(operand), values, operand.is_markup(), interpreter));
}

/// @param form  of a query: "/" is encoded too, and a space is "+"
std::string url_quote(const std::string& text, bool form) {
  const std::string_view kept = form ? "-._~" : "-._~/";
  std::string out;
  for (const char c : text) {
    const bool alphanumeric = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (alphanumeric || kept.find(c) != std::string_view::npos) {
      out += c;
    } else if (form && c == ' ') {
      out += '+';
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

Value urlencode_filter(const Value& operand, Arguments arguments, Interpreter& interpreter) {
  no_arguments("urlencode", arguments);
  const bool pairs = operand.is_dict() || operand.is_sequence() || operand.is_undefined() ||
                     (operand.is_object() && operand.object()->iterable());
  if (!pairs) {
    std::string out = url_quote(interpreter.text_of(operand), false);
    interpreter.limits.charge_text(out.size());
    return out;
  }
  std::string out;
  for (const Value& item : operand.is_dict() ? dict_items(operand, interpreter) : iterate(operand, interpreter)) {
    const Items pair = iterate(item, interpreter);
    if (pair.size() != 2) throw TemplateFailure("urlencode: pairs are needed");
    if (!out.empty()) out += '&';
    out += url_quote(interpreter.text_of(pair[0]), true) + "=" + url_quote(interpreter.text_of(pair[1]), true);
    interpreter.limits.charge_text(out.size() / 8);
  }
  return out;
}

Value tojson_filter(const Value& operand, Arguments arguments, Interpreter& interpreter) {
  const Parameters values("tojson", std::move(arguments), {"ensure_ascii", "indent", "separators", "sort_keys"});
  JsonStyle style;
  style.ensure_ascii = values.truthy(0, false);
  style.sort_keys = values.truthy(3, false);
  if (values.has(1) && !values[1].is_none()) {
    const bool text = values[1].is_string();
    style.indent = text ? values[1].text() : std::string(std::clamp<std::int64_t>(values.integer(1, 0), 0, 64), ' ');
    style.item_separator = ",";
  }
  if (values.has(2) && !values[2].is_none()) {
    const Items separators = iterate(values[2], interpreter);
    if (separators.size() != 2 || !separators[0].is_string() || !separators[1].is_string())
      throw TemplateFailure("tojson: separators are two texts");
    style.item_separator = separators[0].text();
    style.key_separator = separators[1].text();
  }
  return to_json(operand, style, interpreter.limits);
}

Value string_filter(const Value& operand, Arguments arguments, Interpreter& interpreter) {
  no_arguments("string", arguments);
  return operand.is_string() ? operand : Value(interpreter.text_of(operand));
}

constexpr std::pair<const char*, FilterFunction> kFilters[] = {
    {"lower", changed_filter<lower>},
    {"upper", changed_filter<upper>},
    {"capitalize", changed_filter<capitalize>},
    {"title", changed_filter<jinja_title>},
    {"trim", trim_filter},
    {"replace", replace_filter},
    {"center", center_filter},
    {"indent", indent_filter},
    {"truncate", truncate_filter},
    {"wordcount", wordcount_filter},
    {"wordwrap", wordwrap_filter},
    {"format", format_filter},
    {"urlencode", urlencode_filter},
    {"tojson", tojson_filter},
    {"string", string_filter},
};

}  // namespace

FilterFunction find_text_filter(const std::string& name) {
  for (const auto& [known, function] : kFilters) {
    if (name == known) return function;
  }
  return nullptr;
}

}  // namespace llmops::text::jinja
