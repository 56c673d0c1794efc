#include "data/explore/dataset_files.h"

#include <fmt/format.h>

#include "core/error.h"
#include "data/write/dataset_folder.h"

namespace llmops::data::explore {

namespace fs = std::filesystem;

namespace {

fs::path if_there(const fs::path& path) { return fs::is_regular_file(path) ? path : fs::path(); }

DatasetFiles one_file(const fs::path& path, const std::string& split) {
  if (!split.empty()) {
    throw UsageError(fmt::format("'{}' is a file, which has no split '{}'", path.string(), split),
                     "give a prepared dataset");
  }
  DatasetFiles found;
  found.root = path;
  found.files = {{path, ""}};
  return found;
}

}  // namespace

std::uint64_t DatasetFiles::bytes() const {
  std::uint64_t sum = 0;
  for (const DatasetFile& file : files) sum += fs::file_size(file.path);
  return sum;
}

DatasetFiles find_dataset_files(const fs::path& path, const std::string& split) {
  if (!fs::exists(path)) throw NotFoundError(fmt::format("there is no file or folder '{}'", path.string()));
  if (!fs::is_directory(path)) return one_file(path, split);
  DatasetFiles found;
  found.root = path;
  split_file(path, split.empty() ? "train" : split);  // checks the folder and its manifest
  found.manifest = read_json_file(path / "manifest.json");
  for (const auto& [name, entry] : found.manifest["splits"].items()) {
    if (!split.empty() && name != split) continue;
    const fs::path file = split_file(path, name);
    if (!fs::is_regular_file(file)) throw NotFoundError(fmt::format("'{}' is missing", file.string()));
    found.files.push_back({file, name});
  }
  found.rejects = if_there(path / "rejects.jsonl");
  found.clusters = if_there(path / "clusters.jsonl");
  return found;
}

}  // namespace llmops::data::explore
