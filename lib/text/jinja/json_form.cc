// Values as JSON text, as Python's json.dumps() writes it.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "text/jinja/failure.h"
#include "text/jinja/text_form.h"
#include "text/utf8.h"

namespace llmops::text::jinja {
namespace {

class Writer {
 public:
  Writer(const JsonStyle& style, Limits& limits) : style_(style), limits_(limits) {}

  void write(const Value& value) {
    limits_.charge(1);
    switch (value.kind()) {
      case Value::Kind::kNone: out_ += "null"; break;
      case Value::Kind::kBool: out_ += value.truthy() ? "true" : "false"; break;
      case Value::Kind::kInt: out_ += value.integer_text(); break;
      case Value::Kind::kFloat: write_float(value.number()); break;
      case Value::Kind::kString: write_string(value.text()); break;
      case Value::Kind::kList:
      case Value::Kind::kTuple: write_list(value.items()); break;
      case Value::Kind::kDict: write_dict(value.entries()); break;
      default: throw TemplateFailure(fmt::format("Object of type {} is not JSON serializable", value.type_name()));
    }
    if (out_.size() > Limits::kMaxTextBytes) limits_.charge_text(out_.size());
  }

  std::string take() { return std::move(out_); }

 private:
  void write_float(double number) {
    out_ += std::isnan(number)   ? "NaN"
            : std::isinf(number) ? (number < 0 ? "-Infinity" : "Infinity")
                                 : float_repr(number);
  }

  void write_escaped(char32_t c) {
    const auto unit = [this](std::uint32_t code) { out_ += fmt::format("\\u{:04x}", code); };
    const auto code = static_cast<std::uint32_t>(c);
    if (code < 0x10000) return unit(code);
    unit(0xD800 + ((code - 0x10000) >> 10));
    unit(0xDC00 + ((code - 0x10000) & 0x3FF));
  }

  void write_string(const std::string& text) {
    limits_.charge_text(text.size());
    out_ += '"';
    for (std::size_t at = 0; at < text.size();) {
      const Utf8Step step = utf8_step(text, at);
      switch (const char32_t c = step.code_point) {
        case '"': out_ += "\\\""; break;
        case '\\': out_ += "\\\\"; break;
        case '\n': out_ += "\\n"; break;
        case '\r': out_ += "\\r"; break;
        case '\t': out_ += "\\t"; break;
        case '\b': out_ += "\\b"; break;
        case '\f': out_ += "\\f"; break;
        default:
          if (c < 0x20 || (style_.ensure_ascii && c > 0x7E)) {
            write_escaped(c);
          } else {
            out_.append(text, at, step.length);
          }
      }
      at += step.length;
    }
    out_ += '"';
  }

  void break_line() {
    if (!style_.indent) return;
    out_ += '\n';
    for (int i = 0; i < level_; ++i) out_ += *style_.indent;
  }

  void separate(bool first) {
    if (!first) out_ += style_.item_separator;
    break_line();
  }

  void write_list(const Items& items) {
    out_ += '[';
    ++level_;
    for (std::size_t i = 0; i < items.size(); ++i) {
      separate(i == 0);
      write(items[i]);
    }
    --level_;
    if (!items.empty()) break_line();
    out_ += ']';
  }

  void write_key(const Value& key) {
    if (key.is_string()) return write_string(key.text());
    if (!key.is_number() && !key.is_none()) throw TemplateFailure("keys must be str, int, float, bool or None");
    const std::size_t at = out_.size();
    write(key);
    out_.insert(at, 1, '"');
    out_ += '"';
  }

  void write_dict(const Entries& entries) {
    std::vector<const std::pair<Value, Value>*> order;
    for (const auto& entry : entries) order.push_back(&entry);
    if (style_.sort_keys) {
      std::stable_sort(order.begin(), order.end(),
                       [this](const auto* a, const auto* b) { return less(a->first, b->first, limits_); });
    }
    out_ += '{';
    ++level_;
    for (std::size_t i = 0; i < order.size(); ++i) {
      separate(i == 0);
      write_key(order[i]->first);
      out_ += style_.key_separator;
      write(order[i]->second);
    }
    --level_;
    if (!entries.empty()) break_line();
    out_ += '}';
  }

  const JsonStyle& style_;
  Limits& limits_;
  std::string out_;
  int level_ = 0;
};

}  // namespace

std::string to_json(const Value& value, const JsonStyle& style, Limits& limits) {
  Writer writer(style, limits);
  writer.write(value);
  return writer.take();
}

}  // namespace llmops::text::jinja
