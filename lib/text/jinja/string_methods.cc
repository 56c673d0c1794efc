// Methods of str.
#include <fmt/format.h>

#include <algorithm>

#include "text/jinja/failure.h"
#include "text/jinja/methods.h"
#include "text/jinja/parameters.h"
#include "text/jinja/text_tools.h"
#include "text/unicode.h"
#include "text/utf8.h"

namespace llmops::text::jinja {
namespace {

template <Side side>
Value strip_method(const Value& self, Arguments arguments, Interpreter& interpreter) {
  const Parameters values("strip", std::move(arguments), {"chars"});
  interpreter.limits.charge_text(self.text().size());
  const std::string set = values.has(0) && !values[0].is_none() ? values.text(0, "") : "";
  return strip(self.text(), values.has(0) && !values[0].is_none() ? &set : nullptr, side);
}

Items split_space(const std::string& text, std::int64_t most) {
  Items parts;
  std::size_t at = 0;
  const auto skip = [&](bool space) {
    while (at < text.size()) {
      const Utf8Step step = utf8_step(text, at);
      if (is_python_space(step.code_point) != space) break;
      at += step.length;
    }
  };
  for (skip(true); at < text.size(); skip(true)) {
    const std::size_t begin = at;
    if (most >= 0 && static_cast<std::int64_t>(parts.size()) == most) {
      parts.emplace_back(strip(std::string_view(text).substr(begin), nullptr, Side::kRight));
      return parts;
    }
    skip(false);
    parts.emplace_back(text.substr(begin, at - begin));
  }
  return parts;
}

Value split_method(const Value& self, Arguments arguments, Interpreter& interpreter) {
  const Parameters values("split", std::move(arguments), {"sep", "maxsplit"});
  const std::string& text = self.text();
  const std::int64_t most = values.integer(1, -1);
  interpreter.limits.charge_text(text.size());
  if (!values.has(0) || values[0].is_none()) return Value::list(split_space(text, most));
  const std::string separator = values.text(0, "");
  if (separator.empty()) throw TemplateFailure("empty separator");
  Items parts;
  std::size_t at = 0;
  while (most < 0 || static_cast<std::int64_t>(parts.size()) < most) {
    const std::size_t found = text.find(separator, at);
    if (found == std::string::npos) break;
    parts.emplace_back(text.substr(at, found - at));
    at = found + separator.size();
  }
  parts.emplace_back(text.substr(at));
  interpreter.limits.charge(4 * parts.size());
  return Value::list(std::move(parts));
}

Value rsplit_method(const Value& self, Arguments arguments, Interpreter& interpreter) {
  const Parameters values("rsplit", std::move(arguments), {"sep", "maxsplit"});
  if (!values.has(0) || values[0].is_none()) throw TemplateFailure("rsplit() without a separator is not supported");
  const std::string separator = values.text(0, "");
  if (separator.empty()) throw TemplateFailure("empty separator");
  const std::int64_t most = values.integer(1, -1);
  std::string_view rest = self.text();
  Items parts;
  while (most < 0 || static_cast<std::int64_t>(parts.size()) < most) {
    const std::size_t found = rest.rfind(separator);
    if (found == std::string_view::npos) break;
    parts.emplace_back(std::string(rest.substr(found + separator.size())));
    rest = rest.substr(0, found);
  }
  parts.emplace_back(std::string(rest));
  std::reverse(parts.begin(), parts.end());
  interpreter.limits.charge(4 * parts.size());
  return Value::list(std::move(parts));
}

template <bool at_start>
Value affix_method(const Value& self, Arguments arguments, Interpreter&) {
  const Parameters values(at_start ? "startswith" : "endswith", std::move(arguments), {"affix"}, 1);
  const auto matches = [&](const Value& affix) {
    if (!affix.is_string()) throw TemplateFailure(fmt::format("an affix must be str, not {}", affix.type_name()));
    return at_start ? self.text().starts_with(affix.text()) : self.text().ends_with(affix.text());
  };
  if (values[0].kind() != Value::Kind::kTuple) return matches(values[0]);
  return std::any_of(values[0].items().begin(), values[0].items().end(), matches);
}

Value replace_method(const Value& self, Arguments arguments, Interpreter& interpreter) {
  const Parameters values("replace", std::move(arguments), {"old", "new", "count"}, 2);
  return replace(self.text(), values.text(0, ""), values.text(1, ""), values.integer(2, -1), interpreter);
}

template <bool from_right>
Value find_method(const Value& self, Arguments arguments, Interpreter& interpreter) {
  const Parameters values("find", std::move(arguments), {"sub"}, 1);
  interpreter.limits.charge_text(self.text().size());
  const std::string wanted = values.text(0, "");
  const std::size_t found = from_right ? self.text().rfind(wanted) : self.text().find(wanted);
  if (found == std::string::npos) return -1;
  return utf8_length(std::string_view(self.text()).substr(0, found));
}

Value count_method(const Value& self, Arguments arguments, Interpreter& interpreter) {
  const Parameters values("count", std::move(arguments), {"sub"}, 1);
  interpreter.limits.charge_text(self.text().size());
  const std::string wanted = values.text(0, "");
  if (wanted.empty()) return utf8_length(self.text()) + 1;
  std::size_t count = 0;
  for (std::size_t at = 0; (at = self.text().find(wanted, at)) != std::string::npos; at += wanted.size()) ++count;
  return count;
}

Value join_method(const Value& self, Arguments arguments, Interpreter& interpreter) {
  const Parameters values("join", std::move(arguments), {"iterable"}, 1);
  std::string out;
  bool first = true;
  for (const Value& item : iterate(values[0], interpreter)) {
    if (!item.is_string()) throw TemplateFailure(fmt::format("expected str instance, {} found", item.type_name()));
    if (!std::exchange(first, false)) out += self.text();
    out += item.text();
    if (out.size() > Limits::kMaxTextBytes) interpreter.limits.charge_text(out.size());
  }
  interpreter.limits.charge_text(out.size());
  return out;
}

template <bool at_start>
Value remove_affix_method(const Value& self, Arguments arguments, Interpreter&) {
  const Parameters values("removeprefix", std::move(arguments), {"affix"}, 1);
  const std::string affix = values.text(0, "");
  const std::string& text = self.text();
  if (at_start) return text.starts_with(affix) ? text.substr(affix.size()) : text;
  return text.ends_with(affix) ? text.substr(0, text.size() - affix.size()) : text;
}

Value splitlines_method(const Value& self, Arguments arguments, Interpreter& interpreter) {
  const Parameters values("splitlines", std::move(arguments), {"keepends"});
  const bool keep = values.truthy(0, false);
  const std::string& text = self.text();
  Items lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find_first_of("\n\r\v\f", at), text.size());
    const std::size_t after = end == text.size() ? end : end + (text.compare(end, 2, "\r\n") == 0 ? 2 : 1);
    lines.emplace_back(text.substr(at, (keep ? after : end) - at));
    at = after;
  }
  interpreter.limits.charge_text(text.size() + 64 * lines.size());
  return Value::list(std::move(lines));
}

template <std::string (*change)(std::string_view)>
Value changed_method(const Value& self, Arguments, Interpreter& interpreter) {
  interpreter.limits.charge_text(self.text().size());
  return change(self.text());
}

template <bool (*wanted)(char32_t)>
Value all_method(const Value& self, Arguments, Interpreter& interpreter) {
  interpreter.limits.charge_text(self.text().size());
  for (std::size_t at = 0; at < self.text().size();) {
    const Utf8Step step = utf8_step(self.text(), at);
    if (!wanted(step.code_point)) return false;
    at += step.length;
  }
  return !self.text().empty();
}

std::string python_title(std::string_view text) { return title(text, true); }
bool is_alphanumeric(char32_t c) { return is_alphabetic(c) || is_decimal_digit(c); }

constexpr std::pair<const char*, Method> kMethods[] = {
    {"strip", strip_method<Side::kBoth>},
    {"lstrip", strip_method<Side::kLeft>},
    {"rstrip", strip_method<Side::kRight>},
    {"split", split_method},
    {"rsplit", rsplit_method},
    {"splitlines", splitlines_method},
    {"startswith", affix_method<true>},
    {"endswith", affix_method<false>},
    {"removeprefix", remove_affix_method<true>},
    {"removesuffix", remove_affix_method<false>},
    {"replace", replace_method},
    {"find", find_method<false>},
    {"rfind", find_method<true>},
    {"count", count_method},
    {"join", join_method},
    {"lower", changed_method<lower>},
    {"upper", changed_method<upper>},
    {"capitalize", changed_method<capitalize>},
    {"title", changed_method<python_title>},
    {"isdigit", all_method<is_decimal_digit>},
    {"isalpha", all_method<is_alphabetic>},
    {"isalnum", all_method<is_alphanumeric>},
    {"isspace", all_method<is_python_space>},
};

}  // namespace

Method find_string_method(const std::string& name) {
  for (const auto& [known, method] : kMethods) {
    if (name == known) return method;
  }
  return nullptr;
}

}  // namespace llmops::text::jinja
