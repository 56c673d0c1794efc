// What tells a telephone number from other digits: the groups it is written in, and the words around it.
#pragma once

#include <string>
#include <vector>

namespace llmops::data::pii {

/// A run of digits.
struct Group {
  std::string digits;
  std::string before;   ///< separators in front of it
  std::size_t end = 0;  ///< byte behind its last digit
};

/// What may be a number: groups of digits with the separators between them.
struct Candidate {
  bool plus = false;
  bool parenthesis = false;  ///< around the first group
  std::vector<Group> groups;
};

/// What the text around a number says of it.
enum class PhoneContext {
  kNone,
  kPhone,    ///< "call", "fax", ...
  kAddress,  ///< "suite", "apt", ...
  kSum,      ///< an equation
};

constexpr std::size_t kMostPhoneDigits = 15;  // ITU-T E.164

std::size_t count_digits(const std::vector<Group>& groups);

/// @param groups  the candidate's, perhaps without its last ones
bool has_phone_shape(const Candidate& candidate, const std::vector<Group>& groups, PhoneContext context);

}  // namespace llmops::data::pii
