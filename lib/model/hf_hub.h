// Models on a hub: a repository's revision, and fetching those of its files that make up a model.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/hub.h"
#include "core/progress.h"

namespace llmops::model {

struct HubRevision {
  std::string repository;          ///< "HuggingFaceTB/SmolLM2-135M-Instruct"
  std::string commit;              ///< what the revision asked for stands for today
  std::string licence;             ///< "" when the repository does not say
  std::vector<std::string> files;  ///< of the model (model_files.h)
};

class Hub {
 public:
  explicit Hub(HubAddress address) : address_(std::move(address)) {}

  /// @param revision  branch, tag or commit; "" is "main"
  /// @throws NotFoundError  with near names; SystemError (denied, network); InputError (no safetensors weights)
  HubRevision revision(const std::string& repository, const std::string& revision) const;

  /// Fetches the revision's files into `folder`; those already there are kept, a broken one goes on where it broke.
  /// @throws as http_download
  void fetch(const HubRevision& revision, const std::filesystem::path& folder, Progress& progress) const;

 private:
  HubRepository repository(const std::string& name) const;

  HubAddress address_;
};

}  // namespace llmops::model
