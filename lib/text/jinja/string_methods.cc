// Methods of str that search, split and join.
#include <fmt/format.h>

#include <algorithm>

#include "text/jinja/failure.h"
#include "text/jinja/methods.h"
#include "text/jinja/operators.h"
#include "text/jinja/parameters.h"
#include "text/jinja/string_methods.h"
#include "text/jinja/text_tools.h"
#include "text/unicode.h"
#include "text/utf8.h"

namespace llmops::text::jinja {
namespace {

template <Side side>
Value strip_method(const Value& self, Arguments arguments, Interpreter& interpreter) {
  const Parameters values("strip", positional_only("strip", std::move(arguments)), {"chars"});
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
      parts.emplace_back(text.substr(begin));
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

/// From the right; what is left over at the front keeps its white space.
Items rsplit_space(const std::string& text, std::int64_t most) {
  std::vector<std::pair<std::size_t, std::size_t>> words;
  for (std::size_t at = 0; at < text.size();) {
    const Utf8Step step = utf8_step(text, at);
    const bool space = is_python_space(step.code_point);
    if (!space && (words.empty() || words.back().second != at)) words.emplace_back(at, at);
    at += step.length;
    if (!space) words.back().second = at;
  }
  const std::size_t kept =
      most < 0 ? words.size() : std::min<std::size_t>(static_cast<std::size_t>(most), words.size());
  Items parts;
  if (kept < words.size()) parts.emplace_back(text.substr(0, words[words.size() - kept - 1].second));
  for (std::size_t i = words.size() - kept; i < words.size(); ++i) {
    parts.emplace_back(text.substr(words[i].first, words[i].second - words[i].first));
  }
  return parts;
}

Value rsplit_method(const Value& self, Arguments arguments, Interpreter& interpreter) {
  const Parameters values("rsplit", std::move(arguments), {"sep", "maxsplit"});
  const std::int64_t most = values.integer(1, -1);
  interpreter.limits.charge_text(self.text().size());
  if (!values.has(0) || values[0].is_none()) return Value::list(rsplit_space(self.text(), most));
  const std::string separator = values.text(0, "");
  if (separator.empty()) throw TemplateFailure("empty separator");
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

template <bool from_right>
Value partition_method(const Value& self, Arguments arguments, Interpreter& interpreter) {
  const Parameters values("partition", positional_only("partition", std::move(arguments)), {"sep"}, 1);
  const std::string& text = self.text();
  const std::string separator = values.text(0, "");
  if (separator.empty()) throw TemplateFailure("empty separator");
  interpreter.limits.charge_text(text.size());
  const std::size_t found = from_right ? text.rfind(separator) : text.find(separator);
  if (found == std::string::npos) return from_right ? Value::tuple({"", "", text}) : Value::tuple({text, "", ""});
  return Value::tuple({text.substr(0, found), separator, text.substr(found + separator.size())});
}

/// @throws TemplateFailure  for what is no text
std::string required_text(const Parameters& values, std::size_t at) { return values.text(at, ""); }

/// The bytes of self that "start" and "end", counted in characters, leave; none where start lies past the end.
struct Window {
  std::string_view text;
  std::size_t begin = 0;  ///< characters before it
  bool valid = true;
};

Window window_of(const Value& self, const Parameters& values, Interpreter& interpreter) {
  const std::string_view text = self.text();
  interpreter.limits.charge_text(text.size());
  if (!values.has(1) && !values.has(2)) return {text};
  const auto size = static_cast<std::int64_t>(utf8_length(text));
  const auto bound = [&](std::size_t at, std::int64_t otherwise) {
    if (!values.has(at) || values[at].is_none()) return otherwise;
    const std::int64_t given = values.integer(at, 0);
    return given < 0 ? std::max<std::int64_t>(given + size, 0) : given;
  };
  const std::int64_t begin = bound(1, 0);
  const std::int64_t end = std::min(bound(2, size), size);
  if (begin > end) return {{}, 0, false};
  const auto offset = [&](std::int64_t characters) {
    std::size_t at = 0;
    for (std::int64_t i = 0; i < characters; ++i) at += utf8_step(text, at).length;
    return at;
  };
  const std::size_t first = offset(begin);
  return {text.substr(first, offset(end) - first), static_cast<std::size_t>(begin)};
}

template <bool at_start>
Value affix_method(const Value& self, Arguments arguments, Interpreter& interpreter) {
  const Parameters values("startswith", positional_only("startswith", std::move(arguments)), {"affix", "start", "end"},
                          1);
  const Window window = window_of(self, values, interpreter);
  const auto matches = [&](const Value& affix) {
    if (!affix.is_string()) throw TemplateFailure(fmt::format("an affix must be str, not {}", affix.type_name()));
    if (!window.valid) return false;
    return at_start ? window.text.starts_with(affix.text()) : window.text.ends_with(affix.text());
  };
  if (values[0].kind() != Value::Kind::kTuple) return matches(values[0]);
  return std::any_of(values[0].items().begin(), values[0].items().end(), matches);
}

Value replace_method(const Value& self, Arguments arguments, Interpreter& interpreter) {
  const Parameters values("replace", positional_only("replace", std::move(arguments)), {"old", "new", "count"}, 2);
  return replace(self.text(), values.text(0, ""), values.text(1, ""), values.integer(2, -1), interpreter);
}

/// @tparam required  raise where it is not found: index, rindex
template <bool from_right, bool required>
Value find_method(const Value& self, Arguments arguments, Interpreter& interpreter) {
  const Parameters values("find", positional_only("find", std::move(arguments)), {"sub", "start", "end"}, 1);
  const std::string wanted = required_text(values, 0);
  const Window window = window_of(self, values, interpreter);
  const std::size_t found = !window.valid ? std::string_view::npos
                            : from_right  ? window.text.rfind(wanted)
                                          : window.text.find(wanted);
  if (found != std::string_view::npos) return window.begin + utf8_length(window.text.substr(0, found));
  if (required) throw TemplateFailure("substring not found");
  return -1;
}

Value count_method(const Value& self, Arguments arguments, Interpreter& interpreter) {
  const Parameters values("count", positional_only("count", std::move(arguments)), {"sub", "start", "end"}, 1);
  const std::string wanted = required_text(values, 0);
  const Window window = window_of(self, values, interpreter);
  if (!window.valid) return 0;
  if (wanted.empty()) return utf8_length(window.text) + 1;
  std::size_t count = 0;
  for (std::size_t at = 0; (at = window.text.find(wanted, at)) != std::string_view::npos; at += wanted.size()) ++count;
  return count;
}

Value join_method(const Value& self, Arguments arguments, Interpreter& interpreter) {
  const Parameters values("join", positional_only("join", std::move(arguments)), {"iterable"}, 1);
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
  const Parameters values("removeprefix", positional_only("removeprefix", std::move(arguments)), {"affix"}, 1);
  const std::string affix = values.text(0, "");
  const std::string& text = self.text();
  if (at_start) return text.starts_with(affix) ? text.substr(affix.size()) : text;
  return text.ends_with(affix) ? text.substr(0, text.size() - affix.size()) : text;
}

Value splitlines_method(const Value& self, Arguments arguments, Interpreter& interpreter) {
  const Parameters values("splitlines", std::move(arguments), {"keepends"});
  Items lines;
  for (const std::string_view line : split_lines(self.text(), values.truthy(0, false)))
    lines.emplace_back(std::string(line));
  interpreter.limits.charge_text(self.text().size() + 64 * lines.size());
  return Value::list(std::move(lines));
}

template <bool mapping>
Value format_method(const Value& self, Arguments arguments, Interpreter& interpreter) {
  if (mapping) {
    const Parameters values("format_map", positional_only("format_map", std::move(arguments)), {"mapping"}, 1);
    if (!values[0].is_dict()) throw TemplateFailure("format_map() takes a mapping");
    Arguments named;
    for (const auto& [key, value] : values[0].entries()) named.named.emplace_back(interpreter.text_of(key), value);
    return format_braces(self.text(), named, self.is_markup(), interpreter);
  }
  return format_braces(self.text(), arguments, self.is_markup(), interpreter);
}

constexpr std::pair<const char*, Method> kMethods[] = {
    {"strip", strip_method<Side::kBoth>},
    {"lstrip", strip_method<Side::kLeft>},
    {"rstrip", strip_method<Side::kRight>},
    {"split", split_method},
    {"rsplit", rsplit_method},
    {"splitlines", splitlines_method},
    {"partition", partition_method<false>},
    {"rpartition", partition_method<true>},
    {"startswith", affix_method<true>},
    {"endswith", affix_method<false>},
    {"removeprefix", remove_affix_method<true>},
    {"removesuffix", remove_affix_method<false>},
    {"replace", replace_method},
    {"find", find_method<false, false>},
    {"rfind", find_method<true, false>},
    {"index", find_method<false, true>},
    {"rindex", find_method<true, true>},
    {"count", count_method},
    {"join", join_method},
    {"format", format_method<false>},
    {"format_map", format_method<true>},
    {"translate", translate_method},
    {"maketrans", maketrans_method},
};

}  // namespace

Method find_string_method(const std::string& name) {
  for (const auto& [known, method] : kMethods) {
    if (name == known) return method;
  }
  return find_shape_method(name);
}

}  // namespace llmops::text::jinja
