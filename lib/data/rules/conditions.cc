// Comparing what a row holds with what a rule says.
#include "data/rules/conditions.h"

#include <algorithm>
#include <charconv>
#include <compare>
#include <optional>

namespace llmops::data {

namespace {

std::optional<double> spelled_number(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole ? std::optional(number) : std::nullopt;
}

std::optional<double> number_of(const Json& value) {
  if (value.is_number()) return value.get<double>();
  if (value.is_string()) return spelled_number(value.get_ref<const std::string&>());
  if (value.is_binary()) return spelled_number(big_integer_digits(value));  // beyond 64 bits
  return std::nullopt;
}

// As numbers where the rule has a number, as texts where both are; else not comparable.
std::partial_ordering compare(const Json& found, const Json& value) {
  if (value.is_number()) {
    // Whole numbers of 64 bits are compared exactly.
    if (found.is_number()) {
      return found < value    ? std::partial_ordering::less
             : found == value ? std::partial_ordering::equivalent
             : value < found  ? std::partial_ordering::greater
                              : std::partial_ordering::unordered;
    }
    const std::optional<double> number = number_of(found);
    return number ? *number <=> value.get<double>() : std::partial_ordering::unordered;
  }
  if (!found.is_string() || !value.is_string()) return std::partial_ordering::unordered;
  return found.get_ref<const std::string&>() <=> value.get_ref<const std::string&>();
}

bool equals(const Json& found, const Json& value) {
  return value.is_number() ? compare(found, value) == std::partial_ordering::equivalent : found == value;
}

bool is_in(const Json& found, const Json& list) {
  return list.is_array() &&
         std::any_of(list.begin(), list.end(), [&](const Json& item) { return equals(found, item); });
}

bool contains(const Json& found, const Json& value) {
  if (found.is_array()) {
    return std::any_of(found.begin(), found.end(), [&](const Json& item) { return equals(item, value); });
  }
  if (!found.is_string() || !value.is_string()) return false;
  return found.get_ref<const std::string&>().find(value.get_ref<const std::string&>()) != std::string::npos;
}

bool begins_or_ends(const Json& found, Operator op, const Json& value) {
  if (!found.is_string() || !value.is_string()) return false;
  const auto &text = found.get_ref<const std::string&>(), &part = value.get_ref<const std::string&>();
  return op == Operator::kStartsWith ? text.starts_with(part) : text.ends_with(part);
}

const Json* find_element(const Json& list, std::string_view number) {
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), index);
  if (error != std::errc() || end != number.data() + number.size() || index >= list.size()) return nullptr;
  return &list[index];
}

}  // namespace

const Json* find_field(const Json& row, std::string_view path) {
  const Json* at = &row;
  while (true) {
    if (at->is_object()) {
      if (const auto whole = at->find(path); whole != at->end()) return whole->is_null() ? nullptr : &*whole;
    }
    const std::size_t dot = path.find('.');
    const std::string_view key = path.substr(0, dot);
    if (at->is_array()) {
      at = find_element(*at, key);
    } else {
      const auto found = at->is_object() ? at->find(key) : at->end();
      at = at->is_object() && found != at->end() ? &*found : nullptr;
    }
    if (at == nullptr || at->is_null()) return nullptr;
    if (dot == path.npos) return at;
    path.remove_prefix(dot + 1);
  }
}

bool holds(const Json* found, Operator op, const Json& value) {
  if (op == Operator::kExists) return (found != nullptr) == (!value.is_boolean() || value.get<bool>());
  if (found == nullptr) return op == Operator::kNotEqual || op == Operator::kNotIn || op == Operator::kNotContains;
  switch (op) {
    case Operator::kEqual: return equals(*found, value);
    case Operator::kNotEqual: return !equals(*found, value);
    case Operator::kLess: return compare(*found, value) < 0;
    case Operator::kLessEqual: return compare(*found, value) <= 0;
    case Operator::kGreater: return compare(*found, value) > 0;
    case Operator::kGreaterEqual: return compare(*found, value) >= 0;
    case Operator::kIn: return is_in(*found, value);
    case Operator::kNotIn: return !is_in(*found, value);
    case Operator::kContains: return contains(*found, value);
    case Operator::kNotContains: return !contains(*found, value);
    case Operator::kStartsWith:
    case Operator::kEndsWith: return begins_or_ends(*found, op, value);
    default: return false;
  }
}

}  // namespace llmops::data
