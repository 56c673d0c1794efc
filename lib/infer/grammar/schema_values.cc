// JSON Schema to a grammar: strings and numbers.
#include <fmt/format.h>

#include <cmath>

#include "core/spelling.h"
#include "infer/grammar/number_range.h"
#include "infer/grammar/regex_parser.h"
#include "infer/grammar/schema_reader.h"

namespace llmops::infer::grammar {
namespace {

struct Format {
  std::string name;
  std::string pattern;
};

const std::vector<Format>& formats() {
  static const std::string day_of_month =
      "((0[13578]|1[02])-(0[1-9]|[12]\\d|3[01])|(0[469]|11)-(0[1-9]|[12]\\d|30)|02-(0[1-9]|1\\d|2[0-8]))";
  static const std::string leap_day = "(\\d\\d(0[48]|[2468][048]|[13579][26])|(0[48]|[2468][048]|[13579][26])00)-02-29";
  static const std::string date = "(\\d{4}-" + day_of_month + "|" + leap_day + ")";
  static const std::string time = "([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,9})?(Z|[+\\-]([01]\\d|2[0-3]):[0-5]\\d)";
  static const std::string label = "[A-Za-z0-9]([A-Za-z0-9\\-]{0,61}[A-Za-z0-9])?";
  static const std::string byte = "(\\d|[1-9]\\d|1\\d\\d|2[0-4]\\d|25[0-5])";
  static const std::string group = "[0-9a-fA-F]{1,4}";
  static const std::string hex = "[0-9a-fA-F]";
  static const std::vector<Format> table = {
      {"date", date},
      {"time", time},
      {"date-time", date + "T" + time},
      {"duration", "P(\\d+W|(\\d+Y)?(\\d+M)?\\d+D(T(\\d+H)?(\\d+M)?\\d+S)?|T(\\d+H)?(\\d+M)?\\d+S|\\d+Y|\\d+M)"},
      {"email", "[A-Za-z0-9_+\\-]+(\\.[A-Za-z0-9_+\\-]+)*@" + label + "(\\." + label + ")+"},
      {"hostname", label + "(\\." + label + ")*"},
      {"ipv4", byte + "(\\." + byte + "){3}"},
      {"ipv6", "(" + group + ":){7}" + group},
      {"uri", "[a-zA-Z][a-zA-Z0-9+.\\-]*://[A-Za-z0-9._~:/?#@!$&'()*+,;=%\\-]+"},
      {"uuid", hex + "{8}-" + hex + "{4}-" + hex + "{4}-" + hex + "{4}-" + hex + "{12}"},
  };
  return table;
}

const std::string& format_pattern(const Json& format, const std::string& pointer) {
  if (!format.is_string()) throw_schema(pointer, "not a string");
  std::vector<std::string> names;
  for (const Format& known : formats()) {
    if (known.name == format.get_ref<const std::string&>()) return known.pattern;
    names.push_back(known.name);
  }
  throw_schema(pointer, fmt::format("format '{}' is not supported", format.get_ref<const std::string&>()),
               did_you_mean(format.get_ref<const std::string&>(), names, "write it as a 'pattern'"));
}

bool fits(const Json& number) {
  if (number.is_number_unsigned()) return number.get<std::uint64_t>() <= INT64_MAX;
  return number.is_number_integer() || (number.is_number() && std::abs(number.get<double>()) < 9.2e18);
}

// The tighter of "minimum" and "exclusiveMinimum", or of the two at the other end; `sign` -1 turns a maximum into one.
Bound bound_of(const Json& schema, const char* inclusive, const char* exclusive, bool whole, int sign,
               const std::string& pointer) {
  Bound bound;
  for (const char* key : {inclusive, exclusive}) {
    const auto found = schema.find(key);
    if (found == schema.end()) continue;
    const std::string at = pointer_to(pointer, key);
    if (!fits(*found)) throw_schema(at, "expected a number that 64 bits hold");
    const double given = found->get<double>();
    const bool integral = found->is_number_integer() || given == std::floor(given);
    if (!whole && !integral) throw_schema(at, "a bound with a fraction is not supported for numbers");
    bool is_exclusive = key == exclusive;
    std::int64_t value = found->is_number_integer() ? found->get<std::int64_t>() : static_cast<std::int64_t>(given);
    if (!integral) {  // of an integer: the next one inside
      value = static_cast<std::int64_t>(sign > 0 ? std::ceil(given) : std::floor(given));
      is_exclusive = false;
    }
    const bool tighter = !bound.value || (sign > 0 ? value > *bound.value : value < *bound.value) ||
                         (value == *bound.value && is_exclusive);
    if (tighter) bound = {value, is_exclusive};
  }
  return bound;
}

}  // namespace

ExprId SchemaReader::string(const Json& schema, const std::string& pointer) {
  const std::uint32_t least = schema_count(schema, "minLength", 0, pointer);
  const std::uint32_t most = schema_count(schema, "maxLength", kUnbounded, pointer);
  const bool bounded = least > 0 || most != kUnbounded;
  const auto pattern = schema.find("pattern");
  const auto format = schema.find("format");
  if ((pattern != schema.end() || format != schema.end()) &&
      (bounded || (pattern != schema.end() && format != schema.end()))) {
    const char* other = bounded ? (least > 0 ? "minLength" : "maxLength") : "format";
    throw_schema(pointer_to(pointer, other),
                 fmt::format("not supported beside '{}'", pattern != schema.end() ? "pattern" : "format"),
                 "let the pattern bound the length: ^.{1,10}$");
  }
  ExprId body = 0;
  if (pattern != schema.end()) {
    const std::string at = pointer_to(pointer, "pattern");
    if (!pattern->is_string()) throw_schema(at, "not a string");
    body = add_regex(grammar_, pattern->get_ref<const std::string&>(),
                     {.name = fmt::format("json schema: '{}'", at), .in_json = true, .search = true});
  } else if (format != schema.end()) {
    const std::string at = pointer_to(pointer, "format");
    body = add_regex(grammar_, format_pattern(*format, at), {.name = "format", .in_json = true});
  } else if (!bounded) {
    return json_.string();
  } else {
    body = grammar_.repeat(json_.character(), least, most);
  }
  return grammar_.sequence({json_.literal("\""), body, json_.literal("\"")});
}

ExprId SchemaReader::number(const Json& schema, const std::string& pointer, bool whole) {
  if (const auto step = schema.find("multipleOf"); step != schema.end() && !(whole && *step == 1)) {
    throw_schema(pointer_to(pointer, "multipleOf"), "not supported");
  }
  const Bound low = bound_of(schema, "minimum", "exclusiveMinimum", whole, 1, pointer);
  const Bound high = bound_of(schema, "maximum", "exclusiveMaximum", whole, -1, pointer);
  if (!low.value && !high.value) return whole ? json_.integer() : json_.number();
  return whole ? integer_between(grammar_, low, high) : number_between(grammar_, json_, low, high);
}

}  // namespace llmops::infer::grammar
