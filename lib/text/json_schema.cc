// Checks values against a schema.
#include "text/json_schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "core/error.h"
#include "core/spelling.h"

namespace llmops::text {
namespace {

constexpr int kDeepest = 256;  ///< schemas within schemas, so that references which go round end

const std::vector<std::string> kKeywords = {"type",        "enum",
                                            "const",       "properties",
                                            "required",    "additionalProperties",
                                            "items",       "prefixItems",
                                            "minItems",    "maxItems",
                                            "anyOf",       "minProperties",
                                            "uniqueItems", "minLength",
                                            "maxLength",   "pattern",
                                            "oneOf",       "maxProperties",
                                            "minimum",     "maximum",
                                            "not",         "allOf",
                                            "$ref",        "exclusiveMinimum",
                                            "multipleOf",  "exclusiveMaximum"};
const std::set<std::string> kSilent = {"title",    "description", "default",     "examples", "$schema",
                                       "$id",      "$defs",       "definitions", "$comment", "deprecated",
                                       "readOnly", "writeOnly",   "format"};

bool is_type(const std::string& type, const Json& value) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_boolean();
  if (type == "null") return value.is_null();
  if (type == "number") return value.is_number();
  if (type != "integer") return false;
  return value.is_number_integer() ||
         (value.is_number_float() && std::floor(value.get<double>()) == value.get<double>());
}

bool fits_type(const Json& type, const Json& value) {
  if (type.is_string()) return is_type(type.get<std::string>(), value);
  return std::any_of(type.begin(), type.end(), [&](const Json& one) { return is_type(one.get<std::string>(), value); });
}

/// What a keyword's value is, as nlohmann names types; "" for any.
const char* type_of_keyword(const std::string& key) {
  static const std::set<std::string> arrays = {"enum", "required", "prefixItems", "anyOf", "oneOf", "allOf"};
  static const std::set<std::string> strings = {"pattern", "$ref"};
  static const std::set<std::string> open = {"type", "const", "items", "not", "additionalProperties"};
  if (arrays.contains(key)) return "array";
  if (strings.contains(key)) return "string";
  if (key == "properties") return "object";
  if (key == "uniqueItems") return "boolean";
  return open.contains(key) ? "" : "number";
}

/// Whether `count` keeps the limits under two keys, where they are given.
bool within(const Json& schema, const char* least, const char* most, double count) {
  return (!schema.contains(least) || count >= schema[least].get<double>()) &&
         (!schema.contains(most) || count <= schema[most].get<double>());
}

bool fits_number(const Json& schema, double value) {
  if (!within(schema, "minimum", "maximum", value)) return false;
  if (schema.contains("exclusiveMinimum") && value <= schema["exclusiveMinimum"].get<double>()) return false;
  if (schema.contains("exclusiveMaximum") && value >= schema["exclusiveMaximum"].get<double>()) return false;
  if (!schema.contains("multipleOf")) return true;
  const double steps = value / schema["multipleOf"].get<double>();
  return std::abs(steps - std::round(steps)) < 1e-9;
}

const Json& referred(const Json& root, const std::string& reference) {
  try {
    if (reference.starts_with("#")) return root.at(Json::json_pointer(reference.substr(1)));
  } catch (const Json::exception&) {
  }
  throw InputError(fmt::format("schema: '$ref' names nothing: '{}'", reference), "write it as '#/$defs/NAME'");
}

}  // namespace

JsonSchema::JsonSchema(Json schema) : schema_(std::move(schema)) {
  check(schema_, "#");
  for (const char* key : {"$defs", "definitions"}) {
    if (!schema_.is_object() || !schema_.contains(key)) continue;
    for (const auto& [name, one] : schema_[key].items()) check(one, fmt::format("#/{}/{}", key, name));
  }
}

void JsonSchema::check(const Json& schema, const std::string& where) {
  if (schema.is_boolean()) return;
  if (!schema.is_object())
    throw InputError(fmt::format("schema: {} where a schema is expected, at {}", schema.type_name(), where));
  for (const auto& [key, value] : schema.items()) {
    if (kSilent.contains(key)) continue;
    if (std::find(kKeywords.begin(), kKeywords.end(), key) == kKeywords.end()) {
      throw InputError(fmt::format("schema: keyword '{}' is not known, at {}", key, where),
                       did_you_mean(key, kKeywords));
    }
    if (const std::string wanted = type_of_keyword(key); !wanted.empty() && wanted != value.type_name()) {
      throw InputError(
          fmt::format("schema: '{}' is {} where {} is expected, at {}", key, value.type_name(), wanted, where));
    }
    if (key == "properties") {
      for (const auto& [name, one] : value.items()) check(one, fmt::format("{}/properties/{}", where, name));
    } else if (key == "items" || key == "not" || key == "additionalProperties") {
      check(value, where + "/" + key);
    } else if (key == "anyOf" || key == "oneOf" || key == "allOf" || key == "prefixItems") {
      for (const Json& one : value) check(one, where + "/" + key);
    } else if (key == "pattern") {
      const std::string pattern = value.get<std::string>();
      patterns_.try_emplace(pattern, pattern, "schema: 'pattern' at " + where);
    } else if (key == "$ref") {
      referred(schema_, value.get<std::string>());
    }
  }
}

bool JsonSchema::accepts(const Json& value) const { return fits(schema_, value, 0); }

bool JsonSchema::fits(const Json& schema, const Json& value, int depth) const {
  if (depth > kDeepest) throw InputError("schema: references go round in a circle");
  if (schema.is_boolean()) return schema.get<bool>();
  if (schema.contains("$ref") && !fits(referred(schema_, schema["$ref"].get<std::string>()), value, depth + 1)) {
    return false;
  }
  if (schema.contains("type") && !fits_type(schema["type"], value)) return false;
  if (schema.contains("const") && schema["const"] != value) return false;
  if (schema.contains("enum") &&
      std::find(schema["enum"].begin(), schema["enum"].end(), value) == schema["enum"].end()) {
    return false;
  }
  if (value.is_object() && !fits_object(schema, value, depth)) return false;
  if (value.is_array() && !fits_array(schema, value, depth)) return false;
  if (value.is_string() && !fits_string(schema, value.get<std::string>())) return false;
  if (value.is_number() && !fits_number(schema, value.get<double>())) return false;
  return fits_combined(schema, value, depth);
}

bool JsonSchema::fits_object(const Json& schema, const Json& value, int depth) const {
  if (!within(schema, "minProperties", "maxProperties", static_cast<double>(value.size()))) return false;
  for (const Json& name : schema.value("required", Json::array())) {
    if (!value.contains(name.get<std::string>())) return false;
  }
  const Json properties = schema.value("properties", Json::object());
  const Json others = schema.value("additionalProperties", Json(true));
  return std::all_of(value.items().begin(), value.items().end(), [&](const auto& item) {
    const auto own = properties.find(item.key());
    return fits(own == properties.end() ? others : *own, item.value(), depth + 1);
  });
}

bool JsonSchema::fits_array(const Json& schema, const Json& value, int depth) const {
  if (!within(schema, "minItems", "maxItems", static_cast<double>(value.size()))) return false;
  if (schema.value("uniqueItems", false) && std::set<Json>(value.begin(), value.end()).size() != value.size()) {
    return false;
  }
  const Json first = schema.value("prefixItems", Json::array());
  const Json others = schema.value("items", Json(true));
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (!fits(i < first.size() ? first[i] : others, value[i], depth + 1)) return false;
  }
  return true;
}

bool JsonSchema::fits_string(const Json& schema, const std::string& value) const {
  if (schema.contains("minLength") || schema.contains("maxLength")) {
    const auto characters = std::count_if(value.begin(), value.end(), [](char c) { return (c & 0xC0) != 0x80; });
    if (!within(schema, "minLength", "maxLength", static_cast<double>(characters))) return false;
  }
  if (!schema.contains("pattern")) return true;
  std::vector<Range> matches;
  patterns_.at(schema["pattern"].get<std::string>()).find_all(value, matches, /*with_empty=*/true);
  return !matches.empty();
}

bool JsonSchema::fits_combined(const Json& schema, const Json& value, int depth) const {
  const auto fitting = [&](const char* key) {
    return std::count_if(schema[key].begin(), schema[key].end(),
                         [&](const Json& one) { return fits(one, value, depth + 1); });
  };
  if (schema.contains("allOf") && fitting("allOf") != static_cast<std::ptrdiff_t>(schema["allOf"].size())) return false;
  if (schema.contains("anyOf") && fitting("anyOf") == 0) return false;
  if (schema.contains("oneOf") && fitting("oneOf") != 1) return false;
  return !schema.contains("not") || !fits(schema["not"], value, depth + 1);
}

}  // namespace llmops::text
