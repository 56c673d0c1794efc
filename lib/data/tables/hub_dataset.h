// Data sets of a hub: which of a repository's files are wanted, and bringing them to disk.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/progress.h"

namespace llmops::data {

/// hf://datasets/OWNER/NAME[@REVISION][/PATH]
struct HubDatasetName {
  std::string repository;  ///< "OWNER/NAME"
  std::string revision;    ///< branch, tag or commit; "": the newest. "refs/convert/parquet" may stand as it is
  std::string path;  ///< of a file or folder, or a pattern (`*`, `?`, `**`); "": all files of a format that is read
};

bool is_hub_dataset(std::string_view uri);
/// @throws UsageError  showing the form it takes
HubDatasetName parse_hub_dataset(std::string_view uri);

struct HubDatasetFile {
  std::string name;            ///< in the repository
  std::filesystem::path path;  ///< on this disk
  std::uint64_t bytes = 0;
  std::string sha256;  ///< "" where the hub gives a Git hash instead, which was checked too
};

struct HubDataset {
  std::string uri;  ///< with the commit in place of the revision: names the same bytes for ever
  std::string commit;
  std::filesystem::path folder;       ///< that the files' names are relative to
  std::vector<HubDatasetFile> files;  ///< by name
};

/// Files that lie in `cache` already are checked and kept; a broken transfer goes on where it broke. A commit that was
/// fetched once is found again without the network.
/// @param cache    folder; files go to CACHE/OWNER/NAME/COMMIT/
/// @param hub_url  LLMOPS_HUB_URL replaces it; the token is read from HF_TOKEN
/// @throws NotFoundError  naming near repositories or files; SystemError (denied, network, disk); InputError (a hash or
/// size differs; names that lead out of the folder)
HubDataset fetch_hub_dataset(const std::string& uri, const std::filesystem::path& cache, Progress& progress,
                             const std::string& hub_url = "https://huggingface.co");

}  // namespace llmops::data
