// Reads the fields of a JSON request.
#include "serve/request_fields.h"

#include <fmt/format.h>

#include <cmath>

#include "serve/api_error.h"

namespace llmops::serve {
namespace {

const Json kNull;

}  // namespace

std::string json_kind(const Json& value) {
  switch (value.type()) {
    case Json::value_t::null: return "null";
    case Json::value_t::object: return "an object";
    case Json::value_t::array: return "an array";
    case Json::value_t::string: return "a string";
    case Json::value_t::boolean: return "a boolean";
    case Json::value_t::number_float: return "a number";
    default: return "an integer";
  }
}

RequestFields::RequestFields(const Json& object, std::string prefix) : object_(object), prefix_(std::move(prefix)) {
  if (object.is_object()) return;
  const std::string what = prefix_.empty() ? "the request body" : "'" + prefix_.substr(0, prefix_.size() - 1) + "'";
  throw invalid_field(prefix_.empty() ? "" : prefix_.substr(0, prefix_.size() - 1),
                      fmt::format("{} must be an object, not {}", what, json_kind(object)), "invalid_type");
}

const Json& RequestFields::at(const char* key) const {
  const auto found = object_.find(key);
  return found == object_.end() ? kNull : *found;
}

bool RequestFields::has(const char* key) const { return !at(key).is_null(); }

void RequestFields::wrong_type(const char* key, const char* expected) const {
  throw invalid_field(name(key), fmt::format("'{}' must be {}, not {}", name(key), expected, json_kind(at(key))),
                      "invalid_type");
}

bool RequestFields::boolean(const char* key, bool otherwise) const {
  const Json& value = at(key);
  if (value.is_null()) return otherwise;
  if (!value.is_boolean()) wrong_type(key, "a boolean");
  return value.get<bool>();
}

std::int64_t RequestFields::integer(const char* key, std::int64_t otherwise, std::int64_t least,
                                    std::int64_t most) const {
  const Json& value = at(key);
  if (value.is_null()) return otherwise;
  if (!value.is_number_integer()) wrong_type(key, "an integer");
  // Above 2^63 the signed reading would wrap around to a negative number.
  const bool huge = value.is_number_unsigned() && value.get<std::uint64_t>() > std::uint64_t{INT64_MAX};
  const std::int64_t number = huge ? INT64_MAX : value.get<std::int64_t>();
  if (huge || number < least || number > most) {
    throw invalid_field(name(key),
                        fmt::format("'{}' is {}, it must be from {} to {}", name(key), value.dump(), least, most),
                        number < least ? "integer_below_min_value" : "integer_above_max_value");
  }
  return number;
}

double RequestFields::number(const char* key, double otherwise, double least, double most) const {
  const Json& value = at(key);
  if (value.is_null()) return otherwise;
  if (!value.is_number()) wrong_type(key, "a number");
  const double number = value.get<double>();
  if (!std::isfinite(number) || number < least || number > most) {
    throw invalid_field(name(key),
                        fmt::format("'{}' is {}, it must be from {} to {}", name(key), value.dump(), least, most),
                        number < least ? "decimal_below_min_value" : "decimal_above_max_value");
  }
  return number;
}

std::string RequestFields::string(const char* key) const {
  const Json& value = at(key);
  if (value.is_null()) return "";
  if (!value.is_string()) wrong_type(key, "a string");
  return value.get<std::string>();
}

std::string RequestFields::required_string(const char* key) const {
  if (!has(key)) {
    throw invalid_field(name(key), fmt::format("you must provide '{}'", name(key)), "missing_required_parameter");
  }
  return string(key);
}

std::vector<std::string> RequestFields::strings(const char* key, std::size_t most) const {
  const Json& value = at(key);
  if (value.is_null()) return {};
  if (value.is_string()) return {value.get<std::string>()};
  if (!value.is_array()) wrong_type(key, "a string or an array of strings");
  if (value.size() > most) {
    throw invalid_field(name(key),
                        fmt::format("'{}' has {} elements, at most {} are allowed", name(key), value.size(), most),
                        "array_above_max_length");
  }
  std::vector<std::string> texts;
  for (const Json& element : value) {
    if (!element.is_string()) wrong_type(key, "a string or an array of strings");
    texts.push_back(element.get<std::string>());
  }
  return texts;
}

void RequestFields::refuse(const char* key, bool asked_for, const std::string& message) const {
  if (asked_for) throw invalid_field(name(key), message, "unsupported_parameter");
}

}  // namespace llmops::serve
