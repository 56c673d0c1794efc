// The records that are annotated, and the parts of one that a task speaks of.
#pragma once

#include <filesystem>
#include <string>
#include <unordered_map>
#include <vector>

#include "data/annotate/task.h"

namespace llmops::data {

struct AnnotationRecord {
  std::string id;
  Json fields;  ///< the line's object as it stands, "id" included where it has one
};

struct AnnotationRecords {
  std::filesystem::path path;  ///< file or folder, as given
  std::string sha256;          ///< of it
  std::vector<AnnotationRecord> records;
  std::unordered_map<std::string, std::size_t> index;  ///< by id

  /// nullptr where there is none of that id
  const AnnotationRecord* find(const std::string& id) const;
};

/// A file of JSON lines, or a prepared dataset's folder, whose splits are read one after another. A record without an
/// id is named "FILE:LINE"; a second one with the same id gets "#2" behind it, as in `prepare`.
/// @throws NotFoundError; InputError  naming file and line, for a line that is no object, and for a file without any
AnnotationRecords read_annotation_records(const std::filesystem::path& path);

/// The candidates of a ranking: the task's fields (one that holds a list gives its elements); without any, "candidates"
/// where it is a list, else "chosen" and "rejected".
/// @throws InputError  for a record without two of them
std::vector<Json> candidates_of(const AnnotationTask& task, const AnnotationRecord& record);

/// Which field is corrected: the task's, else "messages" where there are some, else "text".
std::string edited_field(const AnnotationTask& task, const AnnotationRecord& record);
/// Its text; of messages, what the assistant said last.
/// @throws InputError  for a record that has no such text
std::string text_to_correct(const AnnotationTask& task, const AnnotationRecord& record);
/// The record's fields with the corrected text in its place.
Json with_corrected_text(const AnnotationTask& task, const AnnotationRecord& record, const std::string& text);

/// The value in its one form: a label; labels in the task's order; a number; a rank for each candidate from 1 on,
/// without gaps; a text.
/// @throws InputError  for one that answers another question, naming the record
Json checked_value(const AnnotationTask& task, const AnnotationRecord& record, const Json& value);

/// As one line says it: "spam", "spam, urgent", "4", "2 > 1 = 3".
std::string value_text(const AnnotationTask& task, const Json& value);

}  // namespace llmops::data
