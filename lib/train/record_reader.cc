// Reads training records.
#include "train/record_reader.h"

#include <fmt/format.h>

#include "core/error.h"
#include "core/files.h"
#include "core/json_lines.h"
#include "data/write/dataset_folder.h"

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
  for (const JsonLine& line : split_json_lines(text, name)) {
    try {
      records.push_back(checked(parse_json(line.text, line.origin), line.origin));
    } catch (const InputError& error) {
      throw InputError(error.what(), error.hint().empty() ? kPrepareHint : error.hint());
    }
  }
  return records;
}

}  // namespace

std::vector<Record> read_records(const DatasetSpec& spec) {
  const fs::path given = spec.path;
  if (!fs::exists(given)) {
    throw NotFoundError(fmt::format("training data '{}' does not exist", spec.path),
                        "paths in a recipe are relative to the working folder");
  }
  const fs::path file = fs::is_directory(given) ? data::split_file(given, spec.split) : given;
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
