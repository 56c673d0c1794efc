// Reads the records of an annotation.
#include "data/annotate/records.h"

#include <fmt/format.h>

#include "core/error.h"
#include "core/files.h"
#include "core/hash.h"
#include "core/json_lines.h"
#include "data/select/split.h"
#include "data/write/dataset_folder.h"
#include "text/utf8.h"

namespace llmops::data {

namespace {

/// "" where the record has no id that can be written on one line.
std::string own_id(const Json& fields) {
  const auto found = fields.find("id");
  if (found == fields.end()) return "";
  if (found->is_string()) return found->get<std::string>();
  return found->is_number() ? found->dump() : "";
}

void add_record(AnnotationRecords& all, Json fields, const std::string& origin) {
  std::string id = own_id(fields);
  if (id.empty()) id = origin;
  std::string unique = id;
  for (int copy = 2; all.index.contains(unique); ++copy) unique = fmt::format("{}#{}", id, copy);
  all.index.emplace(unique, all.records.size());
  all.records.push_back({std::move(unique), std::move(fields)});
}

void read_lines(AnnotationRecords& all, const fs::path& file) {
  const std::string text = read_file(file);
  const std::string name = file.filename().string();
  for (const JsonLine& line : split_json_lines(text, name)) {
    if (!text::utf8_valid(line.text)) {
      throw InputError(fmt::format("{}: not valid UTF-8", line.origin), "'llmops prepare' sorts such lines out");
    }
    Json fields = parse_json(line.text, line.origin);
    if (!fields.is_object()) {
      throw InputError(fmt::format("{}: a line is {}, expected an object", line.origin, fields.type_name()));
    }
    add_record(all, std::move(fields), line.origin);
  }
}

}  // namespace

const AnnotationRecord* AnnotationRecords::find(const std::string& id) const {
  const auto found = index.find(id);
  return found == index.end() ? nullptr : &records[found->second];
}

AnnotationRecords read_annotation_records(const std::filesystem::path& path) {
  AnnotationRecords all;
  all.path = path;
  all.sha256 = sha256_path(path);
  if (fs::is_directory(path)) {
    for (const Split split : kSplits) read_lines(all, split_file(path, split_name(split)));
  } else {
    read_lines(all, path);
  }
  if (all.records.empty()) throw InputError(fmt::format("'{}' has no records", path.string()));
  return all;
}

}  // namespace llmops::data
