// Reading the documents of a task: JSON lines, a JSON file, or a dataset folder.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/json.h"
#include "eval/task.h"

namespace llmops::eval {

struct Documents {
  std::filesystem::path source;  ///< the file or folder that was given, for lineage
  std::string split;             ///< "" where the source has none
  std::vector<Json> items;       ///< objects, in the order of the file
};

/// @param path   .jsonl, .json, or a folder with the manifest.json that `prepare` writes
/// @param split  "" for a file without splits; for a folder it means "test"
/// @throws NotFoundError, InputError ("eval.jsonl:3: ..."; no documents; a split that is not there, listing those that
/// are)
Documents load_documents(const std::filesystem::path& path, const std::string& split);

/// Where the task's documents of `split` lie, before URIs are resolved.
/// @param data  --data, or "" for what the task says
/// @throws ConfigError  when neither names anything
std::string document_location(const Task& task, const std::string& data, const std::string& split);

}  // namespace llmops::eval
