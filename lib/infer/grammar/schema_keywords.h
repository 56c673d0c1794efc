// The keywords of JSON Schema, and what becomes of each.
#pragma once

#include <string>
#include <string_view>

#include "core/json.h"

namespace llmops::infer::grammar {

enum class SchemaType : std::uint8_t { kNull, kBoolean, kInteger, kNumber, kString, kArray, kObject };
constexpr int kSchemaTypes = 7;

/// A set of SchemaType, a bit each.
using TypeSet = unsigned;
constexpr TypeSet type_bit(SchemaType type) { return 1u << static_cast<unsigned>(type); }
constexpr TypeSet kEveryType = (1u << kSchemaTypes) - 1;

struct Keyword {
  enum class Use : std::uint8_t {
    kNone,     ///< says nothing about the text
    kGeneral,  ///< read for any type
    kTyped,    ///< read for `types`, which it implies where there is no "type"
    kUnsupported,
  };
  std::string_view name;
  Use use = Use::kNone;
  TypeSet types = 0;
};

/// Null for a name that no version of JSON Schema has.
const Keyword* find_keyword(std::string_view name);

/// Whether the schema has keys that say something, other than `except` and what holds definitions.
bool has_meaning_beside(const Json& schema, std::string_view except);

/// @throws InputError  for a key that is not supported, with its JSON pointer, or that is unknown, with the nearest
/// name
void check_keywords(const Json& schema, const std::string& pointer);

/// From "type": a name or a list; without it, what the other keys are about; without those, every type.
/// @throws InputError
TypeSet schema_types(const Json& schema, const std::string& pointer);

/// The type of a value; an integer is kInteger.
SchemaType type_of(const Json& value);

/// "/a" + "b/c" is "/a/b~1c".
std::string pointer_to(const std::string& pointer, std::string_view key);

/// "json schema: '/properties/a': <message>"; the whole document is ''.
[[noreturn]] void throw_schema(const std::string& pointer, const std::string& message, const std::string& hint = "");

}  // namespace llmops::infer::grammar
