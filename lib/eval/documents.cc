// Documents from files. A line that is not an object is an error: an evaluation on fewer documents than the file has
// would be another evaluation.
#include "eval/documents.h"

#include <fmt/format.h>

#include "core/error.h"
#include "core/files.h"
#include "core/json_lines.h"
#include "core/spelling.h"
#include "core/uri.h"
#include "data/write/dataset_folder.h"

namespace llmops::eval {
namespace {

constexpr std::uint64_t kMaxFileBytes = std::uint64_t{2} << 30;

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += fmt::format("{}'{}'", text.empty() ? "" : ", ", name);
  return text;
}

void expect_object(const Json& item, const std::string& place) {
  if (!item.is_object()) throw InputError(fmt::format("{}: expected an object, found {}", place, item.type_name()));
}

std::vector<Json> read_json_lines(const fs::path& path) {
  const std::string text = read_file(path, kMaxFileBytes);
  std::vector<Json> items;
  for (const JsonLine& line : split_json_lines(text, path.string())) {
    try {
      items.push_back(parse_json(line.text, line.origin));
    } catch (const InputError&) {
      throw InputError(line.origin + ": not valid JSON", "one JSON object a line is expected in a .jsonl file");
    }
    expect_object(items.back(), line.origin);
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
  throw NotFoundError(fmt::format("'{}' has no split '{}'", path.string(), split),
                      did_you_mean(split, lists, "there are " + listed(lists)));
}

}  // namespace

Documents load_documents(const fs::path& path, const std::string& split) {
  Documents documents;
  documents.source = path;
  documents.split = split;
  if (!fs::exists(path)) throw NotFoundError(fmt::format("there is no '{}'", path.string()));
  if (fs::is_directory(path)) {
    if (documents.split.empty()) documents.split = "test";
    documents.items = read_json_lines(data::split_file(path, documents.split));
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
