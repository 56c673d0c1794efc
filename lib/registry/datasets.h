// Dataset versions: immutable, numbered from 1 for each name.
#pragma once

#include "registry/artifacts.h"

namespace llmops::registry {

struct DatasetVersion {
  std::string name;
  int version = 0;
  Artifact artifact;  ///< the folder `prepare` wrote
  std::string run_id;
  Json summary = Json::object();  ///< counts, tokens, split sizes
  std::string created_at;
  std::vector<std::pair<std::string, std::string>> tags = {};
};

/// The next version of `name`; where the newest version has the same content, that one is returned instead.
DatasetVersion register_dataset(Registry& registry, const std::string& name, const Artifact& artifact,
                                const std::string& run_id, const Json& summary);
std::vector<DatasetVersion> list_datasets(Registry& registry, const std::string& name = "");
/// @param version  "" or "latest" for the newest. @throws NotFoundError  listing near names or the versions there are
DatasetVersion get_dataset(Registry& registry, const std::string& name, const std::string& version);

/// @param text  "data:/NAME@VERSION", "NAME@VERSION" or NAME
DatasetVersion find_dataset(Registry& registry, const std::string& text);
/// @param value  "" removes the tag
void tag_dataset(Registry& registry, const std::string& name, int version, const std::string& key,
                 const std::string& value);

}  // namespace llmops::registry
