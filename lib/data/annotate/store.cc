// Makes, checks and reads folders of annotations.
#include "data/annotate/store.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"
#include "core/files.h"
#include "data/annotate/journal.h"

namespace llmops::data {

namespace {

constexpr int kVersion = 1;

fs::path head_file(const fs::path& folder) { return folder / "task.json"; }

/// "" where answers to the one task are answers to the other.
std::string what_differs(const AnnotationTask& then, const AnnotationTask& now) {
  if (then.kind != now.kind) return fmt::format("kind: {} then, {} now", then.kind_name(), now.kind_name());
  if (then.multiple != now.multiple) return fmt::format("multiple: {} then, {} now", then.multiple, now.multiple);
  for (const std::string& label : then.labels) {
    if (std::find(now.labels.begin(), now.labels.end(), label) == now.labels.end())
      return fmt::format("labels: '{}' is gone", label);
  }
  if (then.scale_min != now.scale_min || then.scale_max != now.scale_max) return "scale";
  if (then.candidates != now.candidates) return "candidates";
  return then.edit != now.edit ? fmt::format("edit: '{}' then, '{}' now", then.edit, now.edit) : "";
}

void write_head(const fs::path& folder, const AnnotationTask& task, const fs::path& input, const std::string& sha256) {
  write_file_atomic(head_file(folder), dump_json_pretty({{"format", kAnnotationFormat},
                                                         {"format_version", kVersion},
                                                         {"input", {{"path", input.string()}, {"sha256", sha256}}},
                                                         {"task", task.json()}}));
}

}  // namespace

fs::path default_annotation_folder(const fs::path& input) {
  const fs::path whole = input.filename().empty() ? input.parent_path() : input;
  const bool file = whole.extension() == ".jsonl" || whole.extension() == ".json" || whole.extension() == ".ndjson";
  return fs::path(file ? whole.parent_path() / whole.stem() : whole).string() + ".annotations";
}

bool is_annotation_folder(const fs::path& folder) {
  std::error_code error;
  return fs::exists(head_file(folder), error) && fs::exists(folder / kAnnotationJournal, error);
}

AnnotationHead read_annotation_head(const fs::path& folder) {
  if (!fs::exists(folder)) throw NotFoundError(fmt::format("'{}' does not exist", folder.string()));
  if (!fs::exists(head_file(folder))) {
    throw InputError(fmt::format("'{}' holds no annotations", folder.string()),
                     "give the folder that `llmops annotate` wrote, NAME.annotations unless -o said otherwise");
  }
  const Json json = read_json_file(head_file(folder));
  const std::string origin = head_file(folder).string();
  if (json_get_or<std::string>(json, "format", "", origin) != kAnnotationFormat ||
      json_get<int>(json, "format_version", origin) != kVersion) {
    throw InputError(fmt::format("{}: not a task of annotations that this program reads", origin));
  }
  const Json input = json_get<Json>(json, "input", origin);
  return {parse_annotation_task(json_get<Json>(json, "task", origin), origin),
          json_get<std::string>(input, "path", origin), json_get<std::string>(input, "sha256", origin)};
}

void open_annotation_folder(const fs::path& folder, const AnnotationTask& task, const AnnotationRecords& records) {
  const fs::path input = fs::absolute(records.path);
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) throw SystemError(fmt::format("cannot create the folder '{}': {}", folder.string(), error.message()));
  if (!fs::exists(head_file(folder))) return write_head(folder, task, input, records.sha256);
  const AnnotationHead head = read_annotation_head(folder);
  const std::string differs = what_differs(head.task, task);
  if (!differs.empty()) {
    throw UsageError(fmt::format("'{}' holds the answers to another task ({})", folder.string(), differs),
                     "undo the change, or give another folder with -o");
  }
  if (head.task.json() != task.json() || head.input != input || head.sha256 != records.sha256)
    write_head(folder, task, input, records.sha256);
}

AnnotationStore read_annotation_store(const fs::path& folder) {
  AnnotationStore store{read_annotation_head(folder), {}, 0, 0};
  if (!fs::exists(folder / kAnnotationJournal)) return store;
  AnnotationJournal journal(folder / kAnnotationJournal);
  for (const AnnotationEntry& entry : journal.read_new()) {
    store.state.apply(entry);
    ++store.entries;
  }
  store.damaged = journal.damaged();
  return store;
}

}  // namespace llmops::data
