#include "data/write/dataset_folder.h"

#include <fmt/format.h>

#include "core/error.h"
#include "core/files.h"
#include "core/json.h"
#include "core/spelling.h"

namespace llmops::data {
namespace {

void check_format(const Json& manifest, const std::string& origin) {
  const auto format = json_get_or<std::string>(manifest, "format", "", origin);
  if (format != kDatasetFormat) {
    throw InputError(fmt::format("{}: 'format' is '{}', expected '{}'", origin, format, kDatasetFormat));
  }
  const int version = json_get<int>(manifest, "format_version", origin);
  if (version != kDatasetFormatVersion) {
    throw InputError(
        fmt::format("{}: 'format_version' is {}, this program reads {}", origin, version, kDatasetFormatVersion));
  }
}

[[noreturn]] void throw_no_split(const fs::path& folder, const std::string& split, const Json& splits) {
  std::vector<std::string> names;
  std::string list;
  for (const auto& [name, entry] : splits.items()) {
    names.push_back(name);
    list += fmt::format("{}'{}'", list.empty() ? "" : ", ", name);
  }
  throw NotFoundError(fmt::format("dataset '{}' has no split '{}'", folder.string(), split),
                      did_you_mean(split, names, "its splits are " + list));
}

}  // namespace

fs::path split_file(const fs::path& folder, const std::string& split) {
  const fs::path manifest_path = folder / "manifest.json";
  if (!fs::exists(manifest_path)) {
    throw InputError(fmt::format("'{}' is a folder without manifest.json, so not a prepared dataset", folder.string()),
                     "give a .jsonl or .json file, or make a dataset with `llmops prepare`");
  }
  const Json manifest = read_json_file(manifest_path);
  const std::string origin = manifest_path.string();
  check_format(manifest, origin);
  const Json splits = json_get<Json>(manifest, "splits", origin);
  if (!splits.contains(split)) throw_no_split(folder, split, splits);
  const fs::path file = json_get<std::string>(splits[split], "jsonl", origin);
  if (file.is_absolute() || file.lexically_normal().string().starts_with("..")) {
    throw InputError(fmt::format("{}: '{}' lies outside the dataset", origin, file.string()));
  }
  return folder / file;
}

}  // namespace llmops::data
