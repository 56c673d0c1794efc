// Reads training records.
#include "train/record_reader.h"

#include <fmt/format.h>

#include "core/error.h"
#include "core/files.h"
#include "core/spelling.h"

namespace llmops::train {
namespace {

constexpr const char* kPrepareHint = "`llmops prepare` cleans raw files and sets bad lines aside";

Record checked(Json value, std::string origin) {
  if (!value.is_object()) {
    throw InputError(fmt::format("{}: {} where a record is expected", origin, value.type_name()),
                     "each record is a JSON object, e.g. {\"messages\": [...]}");
  }
  return {std::move(value), std::move(origin)};
}

std::vector<Record> read_array(const std::string& text, const std::string& name) {
  const Json array = parse_json(text, name);
  std::vector<Record> records;
  for (std::size_t i = 0; i < array.size(); ++i) {
    records.push_back(checked(array[i], fmt::format("{}: record {}", name, i + 1)));
  }
  return records;
}

std::vector<Record> read_lines(const std::string& text, const std::string& name) {
  std::vector<Record> records;
  std::size_t number = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line(text.data() + begin, end - begin);
    begin = end + 1;
    ++number;
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    const std::string origin = fmt::format("{}:{}", name, number);
    try {
      records.push_back(checked(parse_json(line, origin), origin));
    } catch (const InputError& error) {
      throw InputError(error.what(), error.hint().empty() ? kPrepareHint : error.hint());
    }
  }
  return records;
}

/// The JSON lines of one split, from the manifest that `llmops prepare` writes.
fs::path split_file(const fs::path& folder, const std::string& split) {
  const fs::path manifest_path = folder / "manifest.json";
  if (!fs::exists(manifest_path)) {
    throw InputError(fmt::format("'{}' is a folder without manifest.json, so not a prepared dataset", folder.string()),
                     "give a .jsonl or .json file, or make a dataset with `llmops prepare`");
  }
  const Json manifest = read_json_file(manifest_path);
  const std::string origin = manifest_path.string();
  if (json_get_or<std::string>(manifest, "format", "", origin) != "llmops-dataset") {
    throw InputError(fmt::format("{}: 'format' is not 'llmops-dataset'", origin));
  }
  if (const int version = json_get<int>(manifest, "format_version", origin); version != 1) {
    throw InputError(fmt::format("{}: format version {} is newer than this program reads (1)", origin, version));
  }
  const Json splits = json_get<Json>(manifest, "splits", origin);
  if (!splits.contains(split)) {
    std::vector<std::string> names;
    for (const auto& [name, unused] : splits.items()) names.push_back(name);
    std::string list;
    for (const std::string& name : names) list += (list.empty() ? "'" : ", '") + name + "'";
    throw NotFoundError(fmt::format("dataset '{}' has no split '{}'", folder.string(), split),
                        did_you_mean(split, names, "its splits are " + list));
  }
  const fs::path file = json_get<std::string>(splits[split], "jsonl", origin);
  if (file.is_absolute() || file.lexically_normal().string().starts_with("..")) {
    throw InputError(fmt::format("{}: '{}' lies outside the dataset", origin, file.string()));
  }
  return folder / file;
}

}  // namespace

std::vector<Record> read_records(const DatasetSpec& spec) {
  const fs::path given = spec.path;
  if (!fs::exists(given)) {
    throw NotFoundError(fmt::format("training data '{}' does not exist", spec.path),
                        "paths in a recipe are relative to the working folder");
  }
  const fs::path file = fs::is_directory(given) ? split_file(given, spec.split) : given;
  const std::string text = read_file(file);
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  std::vector<Record> records;
  if (first != std::string::npos) {
    records = text[first] == '[' ? read_array(text, file.string()) : read_lines(text, file.string());
  }
  if (records.empty()) throw InputError(fmt::format("'{}' holds no record", file.string()), kPrepareHint);
  return records;
}

}  // namespace llmops::train
