// A folder of annotations: task.json says what was asked about what, annotations.jsonl who said what.
#pragma once

#include <filesystem>
#include <string>

#include "data/annotate/records.h"
#include "data/annotate/state.h"
#include "data/annotate/task.h"

namespace llmops::data {

inline constexpr const char* kAnnotationFormat = "llmops-annotations";
inline constexpr const char* kAnnotationJournal = "annotations.jsonl";

struct AnnotationHead {
  AnnotationTask task;
  std::filesystem::path input;  ///< absolute
  std::string sha256;           ///< of the input when the folder was made
};

/// "data.annotations" beside "data.jsonl" or the folder "data".
std::filesystem::path default_annotation_folder(const std::filesystem::path& input);

bool is_annotation_folder(const std::filesystem::path& folder);

/// @throws NotFoundError; InputError  for a folder that holds no annotations, or of a later version
AnnotationHead read_annotation_head(const std::filesystem::path& folder);

/// Makes the folder, or checks that it is about the same question: a task may gain labels, and change what is shown and
/// how many answers are wanted, while work is under way, but nothing that makes earlier answers wrong.
/// @throws UsageError  naming what differs; SystemError
void open_annotation_folder(const std::filesystem::path& folder, const AnnotationTask& task,
                            const AnnotationRecords& records);

/// What a folder holds, for those who only read it.
struct AnnotationStore {
  AnnotationHead head;
  AnnotationState state;
  std::size_t entries = 0;
  std::size_t damaged = 0;  ///< lines that are no entries
};

/// @throws as read_annotation_head(); SystemError
AnnotationStore read_annotation_store(const std::filesystem::path& folder);

}  // namespace llmops::data
