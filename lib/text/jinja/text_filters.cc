// Filters that make text from text.
#include <fmt/format.h>

#include <algorithm>

#include "text/jinja/failure.h"
#include "text/jinja/operators.h"
#include "text/jinja/parameters.h"
#include "text/jinja/registry.h"
#include "text/jinja/text_form.h"
#include "text/jinja/text_tools.h"
#include "text/unicode.h"
#include "text/utf8.h"

namespace llmops::text::jinja {
namespace {

template <std::string (*change)(std::string_view)>
Value changed_filter(const Value& operand, Arguments, Interpreter& interpreter) {
  const std::string text = interpreter.text_of(operand);
  interpreter.limits.charge_text(text.size());
  return change(text);
}

std::string jinja_title(std::string_view text) { return title(text, false); }

Value trim_filter(const Value& operand, Arguments arguments, Interpreter& interpreter) {
  const Parameters values("trim", std::move(arguments), {"chars"});
  const bool given = values.has(0) && !values[0].is_none();
  const std::string set = given ? values.text(0, "") : "";
  const std::string text = interpreter.text_of(operand);
  interpreter.limits.charge_text(text.size());
  return strip(text, given ? &set : nullptr, Side::kBoth);
}

Value replace_filter(const Value& operand, Arguments arguments, Interpreter& interpreter) {
  const Parameters values("replace", std::move(arguments), {"old", "new", "count"}, 2);
  const std::int64_t most = values.has(2) && !values[2].is_none() ? values.integer(2, -1) : -1;
  return replace(interpreter.text_of(operand), interpreter.text_of(values[0]), interpreter.text_of(values[1]), most,
                 interpreter);
}

Value center_filter(const Value& operand, Arguments arguments, Interpreter& interpreter) {
  const Parameters values("center", std::move(arguments), {"width"});
  return center(interpreter.text_of(operand), values.integer(0, 80), " ", interpreter);
}

Value escape_filter(const Value& operand, Arguments, Interpreter& interpreter) {
  if (operand.is_markup()) return operand;
  std::string text = escape_html(interpreter.text_of(operand));
  interpreter.limits.charge_text(text.size());
  return Value::markup(std::move(text));
}

Value safe_filter(const Value& operand, Arguments, Interpreter& interpreter) {
  return Value::markup(interpreter.text_of(operand));
}

Value indent_filter(const Value& operand, Arguments arguments, Interpreter& interpreter) {
  const Parameters values("indent", std::move(arguments), {"width", "first", "blank"});
  const bool by_text = values.has(0) && values[0].is_string();
  const std::int64_t width = by_text ? 0 : values.integer(0, 4);
  if (width > 100'000) throw TemplateFailure("an indent is too wide");
  const std::string pad =
      by_text ? values.text(0, "") : std::string(static_cast<std::size_t>(std::max<std::int64_t>(width, 0)), ' ');
  const bool blank = values.truthy(2, false);
  const std::string text = interpreter.text_of(operand) + "\n";  // the reference's way of ending the last line
  std::string out = values.truthy(1, false) ? pad : "";
  for (std::size_t at = 0, line = 0; at < text.size(); ++line) {
    const std::size_t end = text.find('\n', at);
    if (line > 0) out += '\n';
    if (line > 0 && (blank || end > at)) out += pad;
    out.append(text, at, end - at);
    at = end + 1;
    interpreter.limits.charge_text(pad.size() + 16);
    if (out.size() > Limits::kMaxTextBytes) interpreter.limits.charge_text(out.size());
  }
  return out;
}

Value truncate_filter(const Value& operand, Arguments arguments, Interpreter& interpreter) {
  const Parameters values("truncate", std::move(arguments), {"length", "killwords", "end", "leeway"});
  const std::string text = interpreter.text_of(operand);
  const std::string end = values.text(2, "...");
  const std::int64_t length = values.integer(0, 255);
  const auto end_length = static_cast<std::int64_t>(utf8_length(end));
  if (length < end_length) throw TemplateFailure(fmt::format("expected length >= {}, got {}", end_length, length));
  if (static_cast<std::int64_t>(utf8_length(text)) <= length + values.integer(3, 5)) return text;
  std::size_t cut = 0;
  for (std::int64_t i = 0; i < length - end_length; ++i) cut += utf8_step(text, cut).length;
  std::string kept = text.substr(0, cut);
  if (!values.truthy(1, false)) kept = kept.substr(0, std::min(kept.rfind(' '), kept.size()));
  return kept + end;
}

Value wordcount_filter(const Value& operand, Arguments, Interpreter& interpreter) {
  const std::string text = interpreter.text_of(operand);
  std::size_t count = 0;
  bool inside = false;
  for (std::size_t at = 0; at < text.size();) {
    const Utf8Step step = utf8_step(text, at);
    const bool word = is_word_character(step.code_point);
    count += word && !inside;
    inside = word;
    at += step.length;
  }
  return count;
}

Value format_filter(const Value& operand, Arguments arguments, Interpreter& interpreter) {
  Entries named;
  for (auto& [name, value] : arguments.named) named.emplace_back(name, std::move(value));
  const Value values = named.empty() ? Value::tuple(std::move(arguments.positional)) : Value::dict(std::move(named));
  return format_percent(interpreter.text_of(operand), values, interpreter);
}

Value urlencode_filter(const Value& operand, Arguments, Interpreter& interpreter) {
  static constexpr std::string_view kKept = "-._~/";
  std::string out;
  for (const char c : interpreter.text_of(operand)) {
    const bool alphanumeric = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (alphanumeric || kKept.find(c) != std::string_view::npos) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  interpreter.limits.charge_text(out.size());
  return out;
}

Value tojson_filter(const Value& operand, Arguments arguments, Interpreter& interpreter) {
  const Parameters values("tojson", std::move(arguments), {"ensure_ascii", "indent", "separators", "sort_keys"});
  JsonStyle style;
  style.ensure_ascii = values.truthy(0, false);
  style.sort_keys = values.truthy(3, false);
  if (values.has(1) && !values[1].is_none()) {
    style.indent = static_cast<int>(std::clamp<std::int64_t>(values.integer(1, 0), 0, 64));
    style.item_separator = ",";
  }
  if (values.has(2) && values[2].is_sequence() && values[2].items().size() == 2) {
    style.item_separator = interpreter.text_of(values[2].items()[0]);
    style.key_separator = interpreter.text_of(values[2].items()[1]);
  }
  return to_json(operand, style, interpreter.limits);
}

Value string_filter(const Value& operand, Arguments, Interpreter& interpreter) {
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
    {"escape", escape_filter},
    {"e", escape_filter},
    {"forceescape", escape_filter},
    {"indent", indent_filter},
    {"truncate", truncate_filter},
    {"wordcount", wordcount_filter},
    {"format", format_filter},
    {"urlencode", urlencode_filter},
    {"tojson", tojson_filter},
    {"string", string_filter},
    {"safe", safe_filter},
};

}  // namespace

FilterFunction find_text_filter(const std::string& name) {
  for (const auto& [known, function] : kFilters) {
    if (name == known) return function;
  }
  return nullptr;
}

}  // namespace llmops::text::jinja
