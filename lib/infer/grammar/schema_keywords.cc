// The keywords of JSON Schema, and what becomes of each.
#include "infer/grammar/schema_keywords.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"
#include "core/spelling.h"

namespace llmops::infer::grammar {
namespace {

using Use = Keyword::Use;

constexpr TypeSet kObject = type_bit(SchemaType::kObject);
constexpr TypeSet kArray = type_bit(SchemaType::kArray);
constexpr TypeSet kString = type_bit(SchemaType::kString);
constexpr TypeSet kNumber = type_bit(SchemaType::kNumber);

constexpr Keyword kKeywords[] = {
    {"title"},
    {"description"},
    {"default"},
    {"examples"},
    {"example"},
    {"deprecated"},
    {"readOnly"},
    {"writeOnly"},
    {"$schema"},
    {"$id"},
    {"$comment"},
    {"$anchor"},
    {"discriminator"},
    {"$defs"},
    {"definitions"},
    {"$ref", Use::kGeneral},
    {"type", Use::kGeneral},
    {"enum", Use::kGeneral},
    {"const", Use::kGeneral},
    {"anyOf", Use::kGeneral},
    {"oneOf", Use::kGeneral},
    {"allOf", Use::kGeneral},
    {"properties", Use::kTyped, kObject},
    {"required", Use::kTyped, kObject},
    {"additionalProperties", Use::kTyped, kObject},
    {"minProperties", Use::kTyped, kObject},
    {"maxProperties", Use::kTyped, kObject},
    {"items", Use::kTyped, kArray},
    {"prefixItems", Use::kTyped, kArray},
    {"minItems", Use::kTyped, kArray},
    {"maxItems", Use::kTyped, kArray},
    {"additionalItems", Use::kTyped, kArray},
    {"uniqueItems", Use::kTyped, kArray},
    {"pattern", Use::kTyped, kString},
    {"format", Use::kTyped, kString},
    {"minLength", Use::kTyped, kString},
    {"maxLength", Use::kTyped, kString},
    {"minimum", Use::kTyped, kNumber},
    {"maximum", Use::kTyped, kNumber},
    {"exclusiveMinimum", Use::kTyped, kNumber},
    {"exclusiveMaximum", Use::kTyped, kNumber},
    {"multipleOf", Use::kTyped, kNumber},
    {"not", Use::kUnsupported},
    {"if", Use::kUnsupported},
    {"then", Use::kUnsupported},
    {"else", Use::kUnsupported},
    {"patternProperties", Use::kUnsupported},
    {"propertyNames", Use::kUnsupported},
    {"unevaluatedProperties", Use::kUnsupported},
    {"unevaluatedItems", Use::kUnsupported},
    {"dependentRequired", Use::kUnsupported},
    {"dependentSchemas", Use::kUnsupported},
    {"dependencies", Use::kUnsupported},
    {"contains", Use::kUnsupported},
    {"minContains", Use::kUnsupported},
    {"maxContains", Use::kUnsupported},
    {"contentEncoding", Use::kUnsupported},
    {"contentMediaType", Use::kUnsupported},
    {"contentSchema", Use::kUnsupported},
    {"$dynamicRef", Use::kUnsupported},
    {"$dynamicAnchor", Use::kUnsupported},
    {"$recursiveRef", Use::kUnsupported},
};

constexpr std::string_view kTypeNames[kSchemaTypes] = {"null",   "boolean", "integer", "number",
                                                       "string", "array",   "object"};

TypeSet named_type(const Json& name, const std::string& pointer) {
  if (!name.is_string()) throw_schema(pointer, "a type is not a string");
  const auto& text = name.get_ref<const std::string&>();
  const auto found = std::ranges::find(kTypeNames, text);
  if (found == std::end(kTypeNames)) {
    throw_schema(pointer, fmt::format("unknown type '{}'", text),
                 did_you_mean(text, {std::begin(kTypeNames), std::end(kTypeNames)}));
  }
  return 1u << (found - std::begin(kTypeNames));
}

}  // namespace

const Keyword* find_keyword(std::string_view name) {
  const auto found = std::ranges::find(kKeywords, name, &Keyword::name);
  return found == std::end(kKeywords) ? nullptr : found;
}

bool has_meaning_beside(const Json& schema, std::string_view except) {
  return std::ranges::any_of(schema.items(), [except](const auto& item) {
    const Keyword* keyword = find_keyword(item.key());
    return keyword != nullptr && keyword->use != Use::kNone && item.key() != except;
  });
}

void check_keywords(const Json& schema, const std::string& pointer) {
  for (const auto& [key, value] : schema.items()) {
    const Keyword* keyword = find_keyword(key);
    if (keyword != nullptr && keyword->use == Use::kUnsupported)
      throw_schema(pointer_to(pointer, key), "not supported");
    if (keyword != nullptr || key.starts_with("x-")) continue;
    std::vector<std::string> names;
    for (const Keyword& known : kKeywords) {
      if (known.use != Use::kUnsupported) names.emplace_back(known.name);
    }
    throw_schema(pointer_to(pointer, key), fmt::format("unknown key '{}'", key), did_you_mean(key, names));
  }
}

TypeSet schema_types(const Json& schema, const std::string& pointer) {
  TypeSet types = 0;
  if (const auto type = schema.find("type"); type != schema.end()) {
    const std::string at = pointer_to(pointer, "type");
    if (!type->is_array()) return named_type(*type, at);
    for (const Json& one : *type) types |= named_type(one, at);
    if (types == 0) throw_schema(at, "the list of types is empty");
    return types;
  }
  for (const auto& item : schema.items()) {
    if (const Keyword* keyword = find_keyword(item.key())) types |= keyword->types;
  }
  return types == 0 ? kEveryType : types;
}

SchemaType type_of(const Json& value) {
  if (value.is_null()) return SchemaType::kNull;
  if (value.is_boolean()) return SchemaType::kBoolean;
  if (value.is_number_integer()) return SchemaType::kInteger;
  if (value.is_number()) return SchemaType::kNumber;
  if (value.is_string()) return SchemaType::kString;
  return value.is_array() ? SchemaType::kArray : SchemaType::kObject;
}

std::string pointer_to(const std::string& pointer, std::string_view key) {
  std::string out = pointer + '/';
  for (const char c : key) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

void throw_schema(const std::string& pointer, const std::string& message, const std::string& hint) {
  throw InputError(fmt::format("json schema: '{}': {}", pointer, message), hint);
}

}  // namespace llmops::infer::grammar
