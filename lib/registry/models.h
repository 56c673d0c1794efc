// Model versions (immutable, numbered from 1 for each name) and aliases that move in an append-only journal.
#pragma once

#include "registry/artifacts.h"

namespace llmops::registry {

struct ModelVersion {
  std::string name;
  int version = 0;
  Artifact artifact;
  std::string run_id;              ///< "" when registered by hand
  Json metadata = Json::object();  ///< source URI, licence, architecture, parameters, format
  std::vector<std::string> aliases;
  std::vector<std::pair<std::string, std::string>> tags;
  std::string created_at;
};

/// The next version of `name`; where a version of that name has the same content, that one is returned instead.
ModelVersion register_model(Registry& registry, const std::string& name, const Artifact& artifact,
                            const std::string& run_id, const Json& metadata);
std::vector<ModelVersion> list_models(Registry& registry, const std::string& name = "");
/// @param version  number or "" (then `alias` decides; both empty: newest). @throws NotFoundError with near names
ModelVersion get_model(Registry& registry, const std::string& name, const std::string& version,
                       const std::string& alias);
/// @param text  "models:/NAME@ALIAS", "NAME@ALIAS", "NAME/VERSION" or NAME
ModelVersion find_model(Registry& registry, const std::string& text);
/// Records `path` and registers it. @param kind  "" tells it from the content: a .gguf file, a folder with
/// adapter_config.json or with config.json. @throws InputError  when it is none of those
ModelVersion register_model_path(Registry& registry, const std::string& name, const std::filesystem::path& path,
                                 const std::string& kind, const Json& metadata);
/// @param value  "" removes the tag
void tag_model(Registry& registry, const std::string& name, int version, const std::string& key,
               const std::string& value);

struct AliasMove {
  std::string name, alias;
  std::optional<int> from_version, to_version;
  std::string who, when, why, evidence;  ///< evidence: id of the eval run that allowed it
  std::string action;  ///< "set", "remove", "promote", "force" or "rollback"; "" when moving: set/remove
};
/// Appends to the journal. @param to_version  none removes the alias
void move_alias(Registry& registry, const AliasMove& move);
std::vector<AliasMove> alias_history(Registry& registry, const std::string& name);
/// Where the aliases of `name` pointed at `date` (UTC; a date alone means its last moment): alias and version.
std::vector<std::pair<std::string, int>> aliases_as_of(Registry& registry, const std::string& name,
                                                       const std::string& date);

/// Moves `alias` (default "production") to a version that has a finished eval run whose gate passed.
/// @throws InputError  when there is none, saying which command would make one; `force` overrides and is journalled
AliasMove promote_model(Registry& registry, const std::string& name, int version, const std::string& alias,
                        const std::string& why, bool force);
/// Moves `alias` back to where it pointed before its last move; said again, one step further back each time.
/// @throws InputError  when there is no earlier one
AliasMove rollback_model(Registry& registry, const std::string& name, const std::string& alias, const std::string& why);

}  // namespace llmops::registry
