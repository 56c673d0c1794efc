// The filter `pprint`: values over several lines of 80 characters, as Python's pprint lays them out.
#include <fmt/format.h>

#include <algorithm>

#include "text/jinja/failure.h"
#include "text/jinja/parameters.h"
#include "text/jinja/registry.h"
#include "text/jinja/text_form.h"
#include "text/jinja/text_tools.h"
#include "text/unicode.h"
#include "text/utf8.h"

namespace llmops::text::jinja {
namespace {

constexpr std::int64_t kWidth = 80;

std::int64_t length(std::string_view text) { return static_cast<std::int64_t>(utf8_length(text)); }

/// Python's order of type names, for keys that have no order of their own.
std::string_view class_name(const Value& value) { return value.is_undefined() ? "jinja2" : value.type_name(); }

class Printer {
 public:
  explicit Printer(Limits& limits) : limits_(limits) {}

  /// @param indent     characters before it on its line
  /// @param allowance  characters that must still fit behind it
  void format(const Value& value, std::int64_t indent, std::int64_t allowance, int level) {
    const DepthGuard guard(limits_);
    const std::string whole = in_one_line(value);
    if (length(whole) <= kWidth - indent - allowance) {
      out_ += whole;
    } else if (value.is_dict()) {
      out_ += '{';
      format_entries(sorted(value.entries()), indent + 1, allowance + 1, level + 1);
      out_ += '}';
    } else if (value.is_sequence() && !value.is_group()) {
      const bool list = value.kind() == Value::Kind::kList;
      const char* end = list ? "]" : value.items().size() == 1 ? ",)" : ")";
      out_ += list ? '[' : '(';
      format_items(value.items(), indent + 1, allowance + length(end), level + 1);
      out_ += end;
    } else if (value.is_string() && !value.is_markup() && !value.text().empty()) {
      format_string(value.text(), indent, allowance, level + 1, whole);
    } else {
      out_ += whole;
    }
    if (out_.size() > Limits::kMaxTextBytes) limits_.charge_text(out_.size());
  }

  std::string take() { return std::move(out_); }

 private:
  /// repr(), but with the keys of dicts in order.
  std::string in_one_line(const Value& value) {
    const DepthGuard guard(limits_);
    std::string text;
    if (value.is_dict()) {
      for (const auto* entry : sorted(value.entries())) {
        text += text.empty() ? "" : ", ";
        text += in_one_line(entry->first) + ": " + in_one_line(entry->second);
      }
      text = "{" + text + "}";
    } else if (value.is_sequence() && !value.is_group()) {
      for (const Value& item : value.items()) text += (text.empty() ? "" : ", ") + in_one_line(item);
      const bool list = value.kind() == Value::Kind::kList;
      text = (list ? "[" : "(") + text + (list ? "]" : value.items().size() == 1 ? ",)" : ")");
    } else {
      text = repr(value, limits_);
    }
    limits_.charge_text(text.size());
    return text;
  }

  std::vector<const std::pair<Value, Value>*> sorted(const Entries& entries) {
    std::vector<const std::pair<Value, Value>*> order;
    for (const auto& entry : entries) order.push_back(&entry);
    std::stable_sort(order.begin(), order.end(), [this](const auto* a, const auto* b) {
      limits_.charge(1);
      try {
        return less(a->first, b->first, limits_);
      } catch (const TemplateFailure&) {
        return class_name(a->first) < class_name(b->first);
      }
    });
    return order;
  }

  void new_line(std::int64_t indent) {
    limits_.charge_text(static_cast<std::size_t>(indent));
    out_ += '\n';
    out_.append(static_cast<std::size_t>(indent), ' ');
  }

  void format_entries(const std::vector<const std::pair<Value, Value>*>& entries, std::int64_t indent,
                      std::int64_t allowance, int level) {
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const bool last = i + 1 == entries.size();
      const std::string key = in_one_line(entries[i]->first);
      out_ += key + ": ";
      format(entries[i]->second, indent + length(key) + 2, last ? allowance : 1, level);
      if (last) continue;
      out_ += ',';
      new_line(indent);
    }
  }

  void format_items(const Items& items, std::int64_t indent, std::int64_t allowance, int level) {
    for (std::size_t i = 0; i < items.size(); ++i) {
      const bool last = i + 1 == items.size();
      format(items[i], indent, last ? allowance : 1, level);
      if (last) continue;
      out_ += ',';
      new_line(indent);
    }
  }

  std::string quoted(std::string_view text) { return repr(std::string(text), limits_); }

  /// Words with the white space behind them; white space at the beginning is a part of its own.
  static std::vector<std::string_view> words(std::string_view line) {
    std::vector<std::string_view> parts;
    std::size_t begin = 0;
    bool space = false;
    for (std::size_t at = 0; at < line.size();) {
      const Utf8Step step = utf8_step(line, at);
      const bool now = is_python_space(step.code_point);
      if (space && !now) {
        parts.push_back(line.substr(begin, at - begin));
        begin = at;
      }
      space = now;
      at += step.length;
    }
    parts.push_back(line.substr(begin));
    return parts;
  }

  void add_words(std::string_view line, std::int64_t width, std::int64_t last_width, std::vector<std::string>& chunks) {
    const auto parts = words(line);
    std::string current;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const std::string candidate = current + std::string(parts[i]);
      const bool fits = length(quoted(candidate)) <= (i + 1 == parts.size() ? last_width : width);
      if (!fits && !current.empty()) chunks.push_back(quoted(current));
      current = fits ? candidate : std::string(parts[i]);
    }
    if (!current.empty()) chunks.push_back(quoted(current));
  }

  /// Literals one below the other, within brackets where nothing else holds them together.
  void format_string(const std::string& text, std::int64_t indent, std::int64_t allowance, int level,
                     const std::string& whole) {
    const bool brackets = level == 1;
    if (brackets) ++indent, ++allowance;
    const std::int64_t width = kWidth - indent;
    const auto lines = split_lines(text, /*keep_ends=*/true);
    std::vector<std::string> chunks;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const std::int64_t last_width = width - (i + 1 == lines.size() ? allowance : 0);
      std::string line = quoted(lines[i]);
      if (length(line) <= last_width) {
        chunks.push_back(std::move(line));
      } else {
        add_words(lines[i], width, last_width, chunks);
      }
    }
    if (chunks.size() == 1) {
      out_ += whole;
      return;
    }
    if (brackets) out_ += '(';
    for (std::size_t i = 0; i < chunks.size(); ++i) {
      if (i > 0) new_line(indent);
      out_ += chunks[i];
    }
    if (brackets) out_ += ')';
  }

  Limits& limits_;
  std::string out_;
};

}  // namespace

Value pprint_filter(const Value& operand, Arguments arguments, Interpreter& interpreter) {
  no_arguments("pprint", arguments);
  Printer printer(interpreter.limits);
  printer.format(operand, 0, 0, 0);
  return printer.take();
}

}  // namespace llmops::text::jinja
