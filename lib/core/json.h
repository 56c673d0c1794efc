// JSON: one type for the whole program, with errors that name the file, line and column.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

// Its members are compiled once, in json.cc, not in each file that includes this one.
extern template class nlohmann::basic_json<nlohmann::ordered_map>;

namespace llmops {

/// Keeps keys in the order they were written, so that output is stable and diffs are small.
using Json = nlohmann::ordered_json;

/// @param origin  what to call the text in an error, usually a path
/// @throws InputError  "tokenizer.json:3:14: ..." for malformed text or nesting deeper than 512
Json parse_json(std::string_view text, std::string_view origin);

/// As parse_json, but whole numbers beyond 64 bits stay exact: they become binary values that hold their digits, where
/// parse_json rounds them to a double.
Json parse_json_exactly(std::string_view text, std::string_view origin);
/// The decimal digits of a binary value that parse_json_exactly made.
std::string big_integer_digits(const Json& value);

/// @throws NotFoundError, InputError
Json read_json_file(const std::filesystem::path& path);

/// One line, UTF-8; bytes that are not UTF-8 become U+FFFD, so that it never throws.
std::string dump_json(const Json& value);

/// Two-space indentation and a final newline, for files people read.
std::string dump_json_pretty(const Json& value);

/// The value of `key`, of the type asked for.
/// @throws InputError  "config.json: 'hidden_size' is missing" or "... is a string, expected a number"
template <typename T>
T json_get(const Json& object, const char* key, std::string_view origin);

/// As json_get, or `fallback` where the key is absent or null.
template <typename T>
T json_get_or(const Json& object, const char* key, T fallback, std::string_view origin);

[[noreturn]] void throw_json_missing(const char* key, std::string_view origin);
[[noreturn]] void throw_json_type(const char* key, const Json& found, std::string_view origin);

template <typename T>
T json_get(const Json& object, const char* key, std::string_view origin) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  if (!object.is_object() || found == object.end()) throw_json_missing(key, origin);
  try {
    return found->template get<T>();
  } catch (const nlohmann::json::exception&) {
    throw_json_type(key, *found, origin);
  }
}

template <typename T>
T json_get_or(const Json& object, const char* key, T fallback, std::string_view origin) {
  if (!object.is_object()) return fallback;
  const auto found = object.find(key);
  if (found == object.end() || found->is_null()) return fallback;
  return json_get<T>(object, key, origin);
}

}  // namespace llmops
