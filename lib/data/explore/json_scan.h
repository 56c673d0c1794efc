// The fields of a JSON object without a tree: views into the line, checked as strictly as a parser would.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace llmops::data::explore {

enum class JsonKind : std::uint8_t { kNull, kBool, kNumber, kString, kArray, kObject };
constexpr int kJsonKinds = 6;
/// "null", "bool", "number", "string", "list", "object"
const char* json_kind_name(JsonKind kind);

/// A member of an object, or an item of a list (`key` is empty then).
struct JsonField {
  std::string_view key;  ///< as written, without its quotes
  std::string_view raw;  ///< the value as written; of a string what is between its quotes
  JsonKind kind = JsonKind::kNull;
  bool escaped = false;  ///< a string with a backslash in it

  /// null, "", [] and {}.
  bool empty() const;
  bool is(std::string_view name) const;
};

/// Fields of the object that `line` is. Nesting is followed 512 deep, as core/json.h does. Valid UTF-8 is the caller's
/// to check.
/// @returns false where `line` is not one valid JSON object; `fields` then holds what was read so far
bool scan_object(std::string_view line, std::vector<JsonField>& fields);
/// Items of a list that was part of a scanned line.
bool scan_list(std::string_view raw, std::vector<JsonField>& items);

/// The string a field of kind kString means, appended to `out`.
void unescape(std::string_view raw, std::string& out);
/// The field's value as people write it: strings without quotes, others as in the line.
std::string field_text(const JsonField& field);

/// Null where there is none.
const JsonField* find_field(const std::vector<JsonField>& fields, std::string_view name);

}  // namespace llmops::data::explore
