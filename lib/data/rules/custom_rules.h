// The user's own rules on a row's fields and on what is measured of its text.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "config/yaml_reader.h"
#include "core/json.h"

namespace llmops::data {

enum class Operator {
  kExists,
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kIn,
  kNotIn,
  kContains,
  kNotContains,
  kStartsWith,
  kEndsWith,
  kMatches,
};

/// A condition on one value, and what becomes of rows that it holds for.
///
/// `field` is one of text, words, chars, lines, mean_word_length, digits_share, uppercase_share, unicode_letters_share,
/// punctuation_share, url_count (data/rules/text_measures.h); else a path into the row: "meta.source", "tags.0". A
/// field of the row that has one of those names is "row.NAME".
///
/// A missing field or null does not exist; for it only !=, not_in and not_contains hold. Beside a number in the rule,
/// text in the row that spells a number is one (CSV has only text). Texts are ordered by their bytes. `contains` looks
/// for a part of a text or an element of a list. `matches` is PCRE2's, anywhere in the text; ^ and $ are the text's
/// ends.
struct CustomRule {
  std::string name;  ///< the rule is "custom_NAME"
  std::string field;
  Operator op = Operator::kExists;
  Json value;         ///< a list for in and not_in; true or false for exists
  bool keep = false;  ///< rows for which the condition does not hold go; else those for which it holds
};

/// Reads the key `custom` of `clean`. Mistakes, of operators and expressions too, are recorded with their lines.
void read_custom_rules(config::YamlObject& clean, std::vector<CustomRule>& rules);
Json custom_rules_json(const std::vector<CustomRule>& rules);

const char* operator_name(Operator op);  ///< as in YAML: "exists", "==", ...

class Pattern;

/// Immutable; many threads may share one.
class CustomRules {
 public:
  /// @throws ConfigError  for an expression that does not compile
  explicit CustomRules(std::vector<CustomRule> rules);
  ~CustomRules();
  CustomRules(CustomRules&&) noexcept;
  CustomRules& operator=(CustomRules&&) noexcept;

  bool empty() const { return rules_.empty(); }

  /// "" or "custom_NAME" of the first rule that takes the row out; "custom_NAME_undecided" where its expression takes
  /// more steps than are allowed on this row.
  /// @param fields  the row as an object; what is not one has no fields
  std::string broken_rule(const Json& fields, std::string_view text) const;

 private:
  std::vector<CustomRule> rules_;
  std::vector<std::unique_ptr<Pattern>> patterns_;  ///< of each rule; null where it has none
};

}  // namespace llmops::data
