// What there is to explore: the files of a prepared dataset, or one file of JSON lines.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/json.h"

namespace llmops::data::explore {

struct DatasetFile {
  std::filesystem::path path;
  std::string split;  ///< "" of a file that belongs to no dataset
};

struct DatasetFiles {
  std::filesystem::path root;      ///< as given
  std::vector<DatasetFile> files;  ///< in the manifest's order
  std::filesystem::path rejects;   ///< "" where there is none; `clusters` likewise
  std::filesystem::path clusters;
  Json manifest;  ///< null of a file

  std::uint64_t bytes() const;
  /// "train.jsonl": as shown beside a line's number.
  std::string name(std::size_t file) const { return files[file].path.filename().string(); }
};

/// @param path   a folder that `prepare` wrote, or a file of JSON lines
/// @param split  only this one; "" for all
/// @throws NotFoundError  also for a split that is not there; InputError  a folder that is no dataset; UsageError  a
/// split asked of a file
DatasetFiles find_dataset_files(const std::filesystem::path& path, const std::string& split = "");

}  // namespace llmops::data::explore
