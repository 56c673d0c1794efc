// The recipe's section `pii`: what to look for, and what to do with it.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "config/yaml_reader.h"
#include "core/json.h"
#include "data/pii/pii_policy.h"

namespace llmops::data {

struct PiiSpec {
  using Action = PiiAction;
  Action action = Action::kRedact;       ///< of the types that have none of their own
  PiiSet types = default_pii();          ///< `types: [email, ...]`, or those of `types: {email: replace, ...}`
  std::map<PiiType, Action> own_action;  ///< of `types: {email: replace, card: drop}`
  std::string names_file;  ///< a name a line, found with type `name`; relative to the recipe's folder; "": none
  std::string key_file;    ///< secret of `replace`; "": LLMOPS_PII_KEY, or the seed where that is not set
  std::uint64_t seed = 0;  ///< of `replace` without a secret: anybody can recompute the pseudonyms

  Action action_of(PiiType type) const;
};

/// Reads `action`, `types`, `names_file`, `key_file` and `seed`; problems are recorded in the document.
void read_pii(config::YamlObject object, PiiSpec& spec);

/// Every value, defaults included; `types` is a list, or a mapping where a type has an action of its own.
Json pii_json(const PiiSpec& spec);

/// Reads the files, and finds the key: that of `key_file`, else of the environment's LLMOPS_PII_KEY, else the seed.
/// @param folder  that relative paths start from
/// @throws NotFoundError, SystemError; ConfigError for an empty key or a line that is not a name
PiiPolicy make_pii_policy(const PiiSpec& spec, const std::filesystem::path& folder);

/// Tells two keys apart without telling them: 12 hexadecimal digits; "" for a policy that replaces nothing.
std::string pii_key_id(const PiiPolicy& policy);

}  // namespace llmops::data
