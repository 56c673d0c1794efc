#include "data/pii/pii_spec.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "core/error.h"
#include "core/files.h"
#include "core/hash.h"
#include "data/pii/keyed_draw.h"

namespace llmops::data {

namespace {

constexpr const char* kActionNames[] = {"keep", "count", "redact", "replace", "drop"};  // by PiiAction

std::optional<PiiAction> parse_action(const std::string& name) {
  for (std::size_t i = 0; i < std::size(kActionNames); ++i) {
    if (name == kActionNames[i]) return static_cast<PiiAction>(i);
  }
  return std::nullopt;
}

const char* action_name(PiiAction action) { return kActionNames[static_cast<std::size_t>(action)]; }

constexpr const char* kKnownActions = "known: keep, count, redact, replace, drop";

void add_type(config::YamlObject& object, PiiSpec& spec, const std::string& name, const std::string& action) {
  const auto type = parse_pii(name);
  object.check(type.has_value(), "types", "has unknown type '" + name + "'", "known: " + pii_names());
  const auto parsed = action.empty() ? std::optional(spec.action) : parse_action(action);
  object.check(parsed.has_value(), "types", "has unknown action '" + action + "'", kKnownActions);
  if (!type || !parsed) return;
  spec.types |= pii_bit(*type);
  if (!action.empty()) spec.own_action[*type] = *parsed;
}

void read_types(config::YamlObject& object, PiiSpec& spec) {
  const Json types = object.json("types");
  const auto is_text = [](const Json& value) { return value.is_string(); };
  const bool well_formed = (types.is_array() || types.is_object()) && std::all_of(types.begin(), types.end(), is_text);
  object.check(well_formed, "types", "is neither a list of types nor a mapping of types to actions",
               "for example [email, phone] or {email: replace, card: drop}");
  if (!well_formed) return;
  spec.types = 0;
  if (types.is_array()) {
    for (const Json& name : types) add_type(object, spec, name.get<std::string>(), "");
  } else {
    for (const auto& [name, action] : types.items()) add_type(object, spec, name, action.get<std::string>());
  }
}

std::string read_key(const PiiSpec& spec, const std::filesystem::path& folder) {
  constexpr std::uint64_t kMostKeyBytes = 64 << 10;
  if (!spec.key_file.empty()) {
    std::string key = read_file(folder / spec.key_file, kMostKeyBytes);
    while (!key.empty() && (key.back() == '\n' || key.back() == '\r')) key.pop_back();
    if (key.empty())
      throw ConfigError(fmt::format("'{}' holds no key", spec.key_file), "write a long random secret to it");
    return key;
  }
  const char* key = std::getenv("LLMOPS_PII_KEY");
  return key != nullptr && *key != '\0' ? key : fmt::format("seed {}", spec.seed);
}

}  // namespace

PiiSpec::Action PiiSpec::action_of(PiiType type) const {
  if ((types & pii_bit(type)) == 0) return Action::kKeep;
  const auto own = own_action.find(type);
  return own == own_action.end() ? action : own->second;
}

void read_pii(config::YamlObject object, PiiSpec& spec) {
  std::string action = action_name(spec.action);
  object.optional("action", action);
  const auto parsed = parse_action(action);
  object.check(parsed.has_value(), "action", "is not one of 'redact', 'replace', 'drop', 'count', 'keep'");
  spec.action = parsed.value_or(spec.action);
  if (object.has("types")) read_types(object, spec);
  object.optional("names_file", spec.names_file);
  object.optional("key_file", spec.key_file);
  object.optional("seed", spec.seed);
  object.check(spec.names_file.empty() || (spec.types & pii_bit(PiiType::kName)) != 0, "names_file",
               "is given, but 'name' is not among the types", "add 'name' to 'types'");
}

Json pii_json(const PiiSpec& spec) {
  Json list = Json::array(), mapping = Json::object();
  for (int i = 0; i < kPiiTypes; ++i) {
    const auto type = static_cast<PiiType>(i);
    if ((spec.types & pii_bit(type)) == 0) continue;
    list.push_back(pii_name(type));
    mapping[pii_name(type)] = action_name(spec.action_of(type));
  }
  return {{"action", action_name(spec.action)},
          {"types", spec.own_action.empty() ? list : mapping},
          {"names_file", spec.names_file},
          {"key_file", spec.key_file},
          {"seed", spec.seed}};
}

PiiPolicy make_pii_policy(const PiiSpec& spec, const std::filesystem::path& folder) {
  PiiPolicy policy;
  for (int i = 0; i < kPiiTypes; ++i) {
    policy.actions[static_cast<std::size_t>(i)] = spec.action_of(static_cast<PiiType>(i));
  }
  if (!spec.names_file.empty()) {
    policy.names = std::make_shared<const NameBook>(NameBook::from_file(folder / spec.names_file));
  }
  if (policy.types_with(PiiAction::kReplace) != 0) policy.key = read_key(spec, folder);
  return policy;
}

std::string pii_key_id(const PiiPolicy& policy) {
  return policy.key.empty() ? "" : sha256_hex(pii::hmac_sha256(policy.key, "llmops pii key id")).substr(0, 12);
}

}  // namespace llmops::data
