#include "data/pii/pii_spec.h"

#include "data/read/input_spec.h"

namespace llmops::data {

void read_pii(config::YamlObject object, PiiSpec& pii) {
  const std::string action = read_choice(object, "action", "redact", {"redact", "drop", "keep"});
  pii.action = action == "redact" ? PiiSpec::Action::kRedact
               : action == "drop" ? PiiSpec::Action::kDrop
                                  : PiiSpec::Action::kKeep;
  if (!object.has("types")) return;
  std::vector<std::string> names;
  object.optional("types", names);
  pii.types = 0;
  for (const std::string& name : names) {
    const auto type = parse_pii(name);
    object.check(type.has_value(), "types", "has unknown type '" + name + "'",
                 "known: email, phone, ip, card, iban, secret");
    if (type) pii.types |= pii_bit(*type);
  }
}

Json pii_json(const PiiSpec& pii) {
  const char* const actions[] = {"keep", "redact", "drop"};
  Json types = Json::array();
  for (int i = 0; i < kPiiTypes; ++i) {
    const auto type = static_cast<PiiType>(i);
    if ((pii.types & pii_bit(type)) != 0) types.push_back(pii_name(type));
  }
  return {{"action", actions[static_cast<int>(pii.action)]}, {"types", types}};
}

}  // namespace llmops::data
