// What is done with the personal data of a text: an action a type.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "data/pii/name_book.h"
#include "data/pii/pii.h"

namespace llmops::data {

enum class PiiAction : std::uint8_t {
  kKeep,     ///< not looked for
  kCount,    ///< counted, and left as it is
  kRedact,   ///< "[EMAIL]"
  kReplace,  ///< another value of the same form, the same for equal values
  kDrop,     ///< the record is dropped; where it is shown, redacted
};

/// Resolved: files are read and the key is known. Safe to share between threads.
struct PiiPolicy {
  std::array<PiiAction, kPiiTypes> actions{};  ///< by PiiType
  std::string key;                             ///< of pseudonyms; any bytes
  std::shared_ptr<const NameBook> names;       ///< the user's, or nullptr

  /// Labels for these types, and nothing else looked for.
  static PiiPolicy redact(PiiSet types);

  PiiAction action(PiiType type) const { return actions[static_cast<std::size_t>(type)]; }
  /// Types whose action is not kKeep.
  PiiSet types() const;
  /// Types with this action.
  PiiSet types_with(PiiAction action) const;
};

/// `text` as the policy says. What is redacted is looked for until nothing more is found, so that treating the outcome
/// again redacts nothing.
/// @param counts  is added to, by pii_name(); a value of a type with action kKeep is not counted
std::string treat_pii(std::string_view text, const PiiPolicy& policy, Counts& counts);

/// The first type in `text` whose action is kDrop, or nothing. Costs a search only where the policy drops anything.
std::optional<PiiType> find_pii_to_drop(std::string_view text, const PiiPolicy& policy);

}  // namespace llmops::data
