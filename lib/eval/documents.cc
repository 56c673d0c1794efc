// Documents from files. A line that is not an object is an error: an evaluation on fewer documents than the file has
// would be another evaluation.
#include "eval/documents.h"

#include <fmt/format.h>

#include "core/error.h"
#include "core/files.h"
#include "core/spelling.h"
#include "core/uri.h"

namespace llmops::eval {
namespace {

constexpr std::uint64_t kMaxFileBytes = std::uint64_t{2} << 30;

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += fmt::format("{}'{}'", text.empty() ? "" : ", ", name);
  return text;
}

[[noreturn]] void throw_no_split(const fs::path& path, const std::string& split,
                                 const std::vector<std::string>& known) {
  throw NotFoundError(fmt::format("'{}' has no split '{}'", path.string(), split),
                      did_you_mean(split, known, "there are " + listed(known)));
}

void expect_object(const Json& item, const std::string& place) {
  if (!item.is_object()) throw InputError(fmt::format("{}: expected an object, found {}", place, item.type_name()));
}

std::vector<Json> read_json_lines(const fs::path& path) {
  const std::string text = read_file(path, kMaxFileBytes);
  std::vector<Json> items;
  std::size_t line_number = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    std::string_view line = std::string_view(text).substr(begin, end - begin);
    if (line_number == 0 && line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
    begin = end + 1;
    ++line_number;
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    const std::string place = fmt::format("{}:{}", path.string(), line_number);
    try {
      items.push_back(Json::parse(line));
    } catch (const nlohmann::json::exception&) {
      throw InputError(place + ": not valid JSON", "one JSON object a line is expected in a .jsonl file");
    }
    expect_object(items.back(), place);
  }
  return items;
}

std::vector<Json> take_list(const Json& list, const std::string& place) {
  std::vector<Json> items;
  for (const Json& item : list) {
    expect_object(item, fmt::format("{}: document {}", place, items.size()));
    items.push_back(item);
  }
  return items;
}

/// A list, an object of lists by split, or an object that holds one list.
std::vector<Json> read_json_documents(const fs::path& path, const std::string& split) {
  const Json value = read_json_file(path);
  if (value.is_array()) return take_list(value, path.string());
  std::vector<std::string> lists;
  if (value.is_object()) {
    for (const auto& [key, item] : value.items()) {
      if (item.is_array()) lists.push_back(key);
    }
  }
  if (lists.empty()) throw InputError(fmt::format("{}: expected a list of objects", path.string()));
  if (!split.empty() && value.contains(split) && value[split].is_array()) return take_list(value[split], path.string());
  if (lists.size() == 1) return take_list(value[lists[0]], path.string());
  if (split.empty()) {
    throw InputError(fmt::format("{}: has several lists: {}", path.string(), listed(lists)),
                     "name one in 'test_split'");
  }
  throw_no_split(path, split, lists);
}

std::vector<Json> read_dataset_folder(const fs::path& folder, const std::string& split) {
  const fs::path manifest_path = folder / "manifest.json";
  if (!fs::exists(manifest_path)) {
    throw InputError(fmt::format("'{}' is not a dataset folder: it has no manifest.json", folder.string()),
                     "give the folder that 'llmops prepare' wrote, or a .jsonl file");
  }
  const Json manifest = read_json_file(manifest_path);
  const std::string origin = manifest_path.string();
  if (const auto format = json_get<std::string>(manifest, "format", origin); format != "llmops-dataset") {
    throw InputError(fmt::format("{}: 'format' is '{}', expected 'llmops-dataset'", origin, format));
  }
  const Json splits = json_get<Json>(manifest, "splits", origin);
  std::vector<std::string> names;
  for (const auto& [name, entry] : splits.items()) names.push_back(name);
  if (!splits.contains(split)) throw_no_split(folder, split, names);
  const fs::path file = json_get<std::string>(splits[split], "jsonl", origin);
  if (file.is_absolute() || file.lexically_normal().string().starts_with("..")) {
    throw InputError(fmt::format("{}: '{}' lies outside the dataset", origin, file.string()));
  }
  return read_json_lines(folder / file);
}

}  // namespace

Documents load_documents(const fs::path& path, const std::string& split) {
  Documents documents;
  documents.source = path;
  documents.split = split;
  if (!fs::exists(path)) throw NotFoundError(fmt::format("there is no '{}'", path.string()));
  if (fs::is_directory(path)) {
    if (documents.split.empty()) documents.split = "test";
    documents.items = read_dataset_folder(path, documents.split);
  } else if (path.extension() == ".json") {
    documents.items = read_json_documents(path, split);
  } else {
    documents.items = read_json_lines(path);
  }
  if (documents.items.empty()) {
    const std::string of_split = documents.split.empty() ? "" : fmt::format(" in split '{}'", documents.split);
    throw Error(ExitCode::kNothingMeasured, "nothing_measured",
                fmt::format("'{}' has no documents{}", path.string(), of_split), "nothing can be measured without any");
  }
  return documents;
}

std::string document_location(const Task& task, const std::string& data, const std::string& split) {
  if (!data.empty()) return data;
  std::string location = task.dataset_path;
  if (!task.data_files.empty()) {
    auto found = task.data_files.find(split);
    if (found == task.data_files.end()) found = task.data_files.find("");
    if (found == task.data_files.end()) {
      throw ConfigError(fmt::format("{}: 'data_files' has no split '{}'", task.file.string(), split));
    }
    location = found->second;
  }
  if (location.empty()) {
    throw ConfigError(fmt::format("{}: 'dataset_path' is missing", task.file.string()),
                      "add it, or give the documents with --data");
  }
  if (parse_uri(location).kind != Uri::Kind::kPath || fs::path(location).is_absolute()) return location;
  return (task.file.parent_path() / location).lexically_normal().string();
}

}  // namespace llmops::eval
