// Which generated texts become records: the rules of a synthesis, each with a name under which it is counted.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "config/yaml_reader.h"
#include "core/json.h"

namespace llmops::data {

struct RecordChecks {
  int min_chars = 1, max_chars = 0;  ///< code points; 0 is off
  int min_words = 0, max_words = 0;
  std::vector<std::string> required_keys;     ///< of a text that is a JSON object
  std::string regex;                          ///< matches somewhere in the text; "" is off
  std::vector<std::string> must_contain;      ///< {{variables}} are filled in; case is not looked at
  std::vector<std::string> must_not_contain;  ///< likewise: "As an AI", say
  double near_duplicates = 0.7;               ///< Jaccard similarity of word runs from which two are one; 0 is off
  bool whole = true;                          ///< a text that the limit of tokens cut off is rejected

  Json json() const;
};

void read_record_checks(config::YamlObject object, RecordChecks& checks);

/// Applies the rules, in the order above, and remembers what was accepted.
class RecordChecker {
 public:
  /// @param schema  that a text must fit as JSON; null for none
  /// @throws InputError  for a pattern or schema that does not compile
  RecordChecker(RecordChecks checks, const Json& schema);
  ~RecordChecker();

  /// @param cut        whether the limit of tokens ended the text
  /// @param variables  of the prompt, for {{name}} in the rules
  /// @returns "" where every rule holds, else the name of the first that does not: "cut_off", "too_short", "too_long",
  /// "not_json", "schema", "missing_key", "no_match", "lacks_text", "forbidden_text", "duplicate", "near_duplicate"
  std::string check(const std::string& text, bool cut, const Json& variables);
  /// Later ones are compared with it.
  void accept(const std::string& text);

 private:
  std::string check_form(const std::string& text) const;
  std::string check_words(const std::string& text, const Json& variables) const;

  struct State;
  std::unique_ptr<State> state_;
};

/// `source` with the value of each {{name}} in its place. @throws InputError  naming one that `variables` lacks
std::string fill_template(const std::string& source, const Json& variables);

}  // namespace llmops::data
