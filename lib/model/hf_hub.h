// The hub's HTTP layout: a repository's revision, its files, and fetching those that make up a model.
// Source: what huggingface_hub 1.x requests.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/http_client.h"
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
  /// @param url    "https://huggingface.co" or a mirror, without a trailing slash
  /// @param token  "" for none; sent to this host only, and neither logged nor recorded
  Hub(std::string url, std::string token) : url_(std::move(url)), token_(std::move(token)) {}

  /// @param revision  branch, tag or commit; "" is "main"
  /// @throws NotFoundError  with near names; SystemError (denied, network); InputError (no safetensors weights)
  HubRevision revision(const std::string& repository, const std::string& revision) const;

  /// Fetches the revision's files into `folder`; those already there are kept, a broken one goes on where it broke.
  /// @throws as http_download
  void fetch(const HubRevision& revision, const std::filesystem::path& folder, Progress& progress) const;

 private:
  HttpRequest request(const std::string& path) const;
  [[noreturn]] void throw_status(int status, const std::string& repository, const std::string& revision) const;
  void fetch_file(const HubRevision& revision, const std::string& name, const std::filesystem::path& folder,
                  Progress& progress) const;

  std::string url_;
  std::string token_;
};

}  // namespace llmops::model
