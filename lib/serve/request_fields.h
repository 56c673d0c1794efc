// Reads the fields of a JSON request; a wrong type or range is a 400 that names the field.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/json.h"

namespace llmops::serve {

/// One JSON object of a request. Fields that are absent or null keep their default; fields never asked for are ignored,
/// as OpenAI's API ignores them.
class RequestFields {
 public:
  /// @param prefix  of the names in errors: "stream_options."
  /// @throws ApiError (400)  when `object` is not one
  explicit RequestFields(const Json& object, std::string prefix = "");

  bool has(const char* key) const;
  /// null where absent
  const Json& at(const char* key) const;

  bool boolean(const char* key, bool otherwise) const;
  std::int64_t integer(const char* key, std::int64_t otherwise, std::int64_t least, std::int64_t most) const;
  double number(const char* key, double otherwise, double least, double most) const;
  std::string string(const char* key) const;  ///< "" where absent
  std::string required_string(const char* key) const;
  /// A string or a list of strings.
  std::vector<std::string> strings(const char* key, std::size_t most) const;
  /// @throws ApiError (400)  when the field asks for something this server does not do
  void refuse(const char* key, bool asked_for, const std::string& message) const;

 private:
  std::string name(const char* key) const { return prefix_ + key; }
  [[noreturn]] void wrong_type(const char* key, const char* expected) const;
  const Json& object_;
  std::string prefix_;
};

/// "an array", "a string", ... for messages.
std::string json_kind(const Json& value);

}  // namespace llmops::serve
