// What tells a telephone number from other digits: the groups it is written in, and the words around it.
#pragma once

#include <array>
#include <span>
#include <string_view>

namespace llmops::data::pii {

/// A run of digits.
struct Group {
  std::string_view digits;
  std::string_view before;  ///< separators in front of it
  std::size_t end = 0;      ///< byte behind its last digit
};

constexpr std::size_t kMostGroups = 7;

/// What may be a number: groups of digits with the separators between them.
struct Candidate {
  bool plus = false;
  bool parenthesis = false;  ///< around the first group
  std::size_t count = 0;     ///< of groups
  std::array<Group, kMostGroups> group;

  std::span<const Group> groups() const { return {group.data(), count}; }
};

/// What the text around a number says of it.
enum class PhoneContext {
  kNone,
  kPhone,    ///< "call", "fax", ...
  kAddress,  ///< "suite", "apt", ...
  kSum,      ///< an equation
};

constexpr std::size_t kMostPhoneDigits = 15;  // ITU-T E.164

std::size_t count_digits(std::span<const Group> groups);

/// @param groups  the candidate's, perhaps without its last ones
bool has_phone_shape(const Candidate& candidate, std::span<const Group> groups, PhoneContext context);

}  // namespace llmops::data::pii
