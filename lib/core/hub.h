// A hub's HTTP layout, as models and data sets share it: asking about a repository, fetching a file of it.
// Source: what huggingface_hub 1.x requests.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "core/http_client.h"
#include "core/json.h"
#include "core/progress.h"

namespace llmops {

struct HubAddress {
  std::string url;    ///< "https://huggingface.co" or a mirror, without a trailing slash
  std::string token;  ///< "" for none; sent to this host only, and neither logged nor recorded
};

/// LLMOPS_HUB_URL where it is set, else `url`; the token from HF_TOKEN.
HubAddress hub_address(std::string url);

/// What is known of a file's content before it is fetched.
struct HubFileFacts {
  std::optional<std::string> sha256;    ///< of large files
  std::optional<std::string> git_hash;  ///< of others (core/git_hash.h)
  std::optional<std::uint64_t> size;
};

class HubRepository {
 public:
  enum class Kind { kModel, kDataset };

  /// @param name  "OWNER/NAME"
  HubRepository(HubAddress address, Kind kind, std::string name)
      : address_(std::move(address)), kind_(kind), name_(std::move(name)) {}

  /// "hf://OWNER/NAME@REVISION", "hf://datasets/..."
  std::string uri(const std::string& revision) const;

  /// What the hub says of a revision: {"sha", "tags", "siblings", ...}; "sha" is checked to be a commit.
  /// @param revision  branch, tag or commit; "" is "main"
  /// @throws NotFoundError  with near names; SystemError (denied, network); InputError
  Json describe(const std::string& revision) const;

  /// All files of a commit: [{"path", "size", "oid", "lfs": {"oid", "size"}}, ...].
  /// @throws as describe()
  Json list_files(const std::string& commit) const;

  /// Asks for the facts of a file of a commit.
  HubFileFacts facts(const std::string& commit, const std::string& file) const;

  /// Brings a file of a commit to `destination`, unless it is there already; a broken transfer goes on where it broke.
  /// @throws as http_download
  void fetch(const std::string& commit, const std::string& file, const HubFileFacts& facts,
             const std::filesystem::path& destination, Progress& progress) const;

 private:
  std::string api() const;
  std::string file_url(const std::string& commit, const std::string& file) const;
  HttpRequest request(const std::string& url) const;
  [[noreturn]] void throw_status(int status, const std::string& revision) const;

  HubAddress address_;
  Kind kind_;
  std::string name_;
};

}  // namespace llmops
