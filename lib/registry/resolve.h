// URIs to paths: models:/, data:/, runs:/ and plain paths become a place on disk.
#pragma once

#include "registry/artifacts.h"

namespace llmops::registry {

struct Resolved {
  std::filesystem::path path;  ///< absolute
  std::string uri;             ///< canonical: aliases become versions ("models:/triage/3")
  std::string sha256;          ///< "" when the registry does not know the content
  std::string kind;            ///< artifact kind, "" when unknown
  std::string run_id;          ///< that made it, "" when unknown
};

/// @throws NotFoundError  listing near names; UsageError for hf://, pypi:// and https:// (pull those first)
Resolved resolve(Registry& registry, const std::string& text);

}  // namespace llmops::registry
