// The text of prompts: its {{variable}} slots, filling them, checking them, and the difference of two texts.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace llmops::registry {

/// Names of the slots in order of first use. A slot is {{name}}, blanks around the name allowed.
/// @throws InputError  "NAME:3: ..." for braces that do not close or a slot that holds no name
std::vector<std::string> prompt_variables(const std::string& origin, const std::string& body);

/// Replaces every slot. @throws InputError  listing all variables without a value
std::string fill_prompt(const std::string& origin, const std::string& body,
                        const std::map<std::string, std::string>& values);

/// @throws InputError  for an unknown format, broken braces, or a chat body that is no list of {"role", "content"}
void check_prompt_body(const std::string& origin, const std::string& format, const std::string& body);

struct LintFinding {
  bool error = false;  ///< else a warning
  std::string message;
};
/// Unbound variables (in the body, not in `given`) are errors; `given` names that the body never uses are warnings,
/// with the near one.
std::vector<LintFinding> lint_prompt(const std::string& origin, const std::string& body,
                                     const std::vector<std::string>& given);

/// Lines with "  ", "- " or "+ " before them, from the longest common subsequence. "" where equal.
std::string line_diff(const std::string& before, const std::string& after);

}  // namespace llmops::registry
