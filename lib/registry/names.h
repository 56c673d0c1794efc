// Names of models, datasets, prompts, aliases and labels: what is allowed, and hints when one is missing.
#pragma once

#include <string>
#include <vector>

namespace llmops::registry {

/// Letters, digits, '-', '_' and '.', at most 128, not starting with '.': what core/uri.h can parse again.
/// @param what  "model", "alias", for the message. @throws UsageError
void check_name(const std::string& what, const std::string& name);

/// As check_name, but not all digits, which would read as a version number.
void check_alias(const std::string& what, const std::string& name);

/// "did you mean 'triage'?", else the names there are ("there are: a, b, c, ..."), else that there are none.
std::string near_name_hint(const std::string& name, std::vector<std::string> known, const std::string& what);

}  // namespace llmops::registry
