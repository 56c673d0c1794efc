// Tasks and records for tests of annotation.
#pragma once

#include "core/files.h"
#include "data/annotate/project.h"
#include "support/temporary_directory.h"

namespace llmops::data::testing {

inline AnnotationTask label_task(std::vector<std::string> labels, bool multiple = false) {
  AnnotationTask task;
  task.labels = std::move(labels);
  task.multiple = multiple;
  return task;
}

inline AnnotationTask task_of(AnnotationTask::Kind kind) {
  AnnotationTask task;
  task.kind = kind;
  return task;
}

inline AnnotationRecord record_of(const std::string& json) { return {"r", parse_json(json, "record")}; }

/// A file of records with the ids "0", "1", ... and a project on it.
struct Workspace {
  explicit Workspace(int records) {
    std::string lines;
    for (int i = 0; i < records; ++i)
      lines += dump_json({{"id", std::to_string(i)}, {"text", "text " + std::to_string(i)}}) + "\n";
    write(lines);
  }
  explicit Workspace(const std::string& lines) { write(lines); }

  fs::path input() const { return folder.path() / "data.jsonl"; }
  fs::path output() const { return default_annotation_folder(input()); }
  AnnotationRecords records() const { return read_annotation_records(input()); }
  AnnotationStore store() const { return read_annotation_store(output()); }

  test::TemporaryDirectory folder;

 private:
  void write(const std::string& lines) const { write_file_atomic(input(), lines); }
};

}  // namespace llmops::data::testing
