#include "infer/grammar_fields.h"

#include <fmt/format.h>

#include "core/error.h"

namespace llmops::infer {
namespace {

using grammar::GrammarSource;
using Kind = GrammarSource::Kind;

GrammarSource schema_source(const Json& schema) { return {Kind::kJsonSchema, dump_json(schema)}; }

std::optional<GrammarSource> response_format(const Json& format, const std::string& origin) {
  const std::string where = origin + ": response_format";
  const auto type = json_get<std::string>(format, "type", where);
  if (type == "text") return std::nullopt;
  if (type == "json_object") return GrammarSource{Kind::kJsonObject, ""};
  if (type != "json_schema") {
    throw InputError(fmt::format("{}: type '{}' is unknown", where, type),
                     "known are text, json_object and json_schema");
  }
  const auto schema = json_get<Json>(format, "json_schema", where);
  return schema_source(json_get<Json>(schema, "schema", where + ".json_schema"));
}

}  // namespace

std::optional<GrammarSource> read_grammar_fields(const Json& request, const std::string& origin) {
  std::optional<GrammarSource> found;
  std::string first;
  for (const std::string key : {"response_format", "json_schema", "regex", "grammar"}) {
    const auto value = request.find(key);
    if (value == request.end() || value->is_null()) continue;
    if (!first.empty()) throw InputError(fmt::format("{}: '{}' and '{}' exclude each other", origin, first, key));
    first = key;
    if (key == "response_format") found = response_format(*value, origin);
    if (key == "json_schema") found = schema_source(*value);
    if (key == "regex") found = GrammarSource{Kind::kRegex, json_get<std::string>(request, "regex", origin)};
    if (key == "grammar") found = GrammarSource{Kind::kGbnf, json_get<std::string>(request, "grammar", origin)};
  }
  return found;
}

}  // namespace llmops::infer
