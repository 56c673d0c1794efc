// str.translate and str.maketrans: characters put in place of others.
#include <fmt/format.h>

#include "text/jinja/failure.h"
#include "text/jinja/parameters.h"
#include "text/jinja/string_methods.h"
#include "text/utf8.h"

namespace llmops::text::jinja {
namespace {

std::vector<char32_t> characters_of(const Value& value) {
  if (!value.is_string()) throw TemplateFailure(fmt::format("maketrans: a str is needed, not {}", value.type_name()));
  std::vector<char32_t> characters;
  for (std::size_t at = 0; at < value.text().size();) {
    const Utf8Step step = utf8_step(value.text(), at);
    characters.push_back(step.code_point);
    at += step.length;
  }
  return characters;
}

Value code_of(char32_t character) { return static_cast<std::int64_t>(character); }

/// What table[code] is; null where Python would raise a LookupError, which leaves the character as it is.
const Value* look_up(const Value& table, char32_t code, Limits& limits) {
  if (table.is_dict()) return find(table.entries(), code_of(code), limits);
  if (!table.is_sequence()) {
    throw TemplateFailure(fmt::format("translate: a dict, list or tuple is needed, not {}", table.type_name()));
  }
  return code < table.items().size() ? &table.items()[code] : nullptr;
}

void append_translated(std::string& out, const Value& to) {
  if (to.is_none()) return;
  if (to.is_string()) {
    out += to.text();
  } else if (to.is_integral()) {
    if (to.integer() < 0 || to.integer() > 0x10FFFF)
      throw TemplateFailure("character mapping must be in range(0x110000)");
    append_utf8(out, static_cast<char32_t>(to.integer()));
  } else {
    throw TemplateFailure("character mapping must return integer, None or str");
  }
}

}  // namespace

Value translate_method(const Value& self, Arguments arguments, Interpreter& interpreter) {
  const Parameters values("translate", positional_only("translate", std::move(arguments)), {"table"}, 1);
  std::string out;
  for (std::size_t at = 0; at < self.text().size();) {
    const Utf8Step step = utf8_step(self.text(), at);
    const Value* to = look_up(values[0], step.code_point, interpreter.limits);
    if (to == nullptr) {
      out.append(self.text(), at, step.length);
    } else {
      append_translated(out, *to);
    }
    interpreter.limits.charge(1);
    if (out.size() > Limits::kMaxTextBytes) interpreter.limits.charge_text(out.size());
    at += step.length;
  }
  return out;
}

Value maketrans_method(const Value&, Arguments arguments, Interpreter& interpreter) {
  const Parameters values("maketrans", positional_only("maketrans", std::move(arguments)), {"x", "y", "z"}, 1);
  Entries entries;
  if (!values.has(1)) {
    if (!values[0].is_dict()) throw TemplateFailure("if you give only one argument to maketrans it must be a dict");
    for (const auto& [key, value] : values[0].entries()) {
      interpreter.limits.charge(1);
      if (key.is_integral()) {
        put(entries, key, value, interpreter.limits);
        continue;
      }
      const auto characters = characters_of(key);
      if (characters.size() != 1) throw TemplateFailure("string keys in translate table must be of length 1");
      put(entries, code_of(characters[0]), value, interpreter.limits);
    }
    return Value::dict(std::move(entries));
  }
  const auto from = characters_of(values[0]), to = characters_of(values[1]);
  if (from.size() != to.size()) throw TemplateFailure("the first two maketrans arguments must have equal length");
  for (std::size_t i = 0; i < from.size(); ++i) put(entries, code_of(from[i]), code_of(to[i]), interpreter.limits);
  if (values.has(2)) {
    for (const char32_t gone : characters_of(values[2])) put(entries, code_of(gone), nullptr, interpreter.limits);
  }
  return Value::dict(std::move(entries));
}

}  // namespace llmops::text::jinja
