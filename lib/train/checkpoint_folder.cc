// Lists and prunes checkpoints.
#include "train/checkpoint_folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "core/files.h"
#include "core/json.h"

namespace llmops::train {
namespace {

constexpr std::string_view kPrefix = "checkpoint-";
constexpr const char* kFinished = "finished.json";

std::optional<std::int64_t> step_of(const std::string& name) {
  if (!name.starts_with(kPrefix)) return std::nullopt;
  std::int64_t step = 0;
  const char* end = name.data() + name.size();
  const auto [stop, error] = std::from_chars(name.data() + kPrefix.size(), end, step);
  return error == std::errc() && stop == end ? std::optional(step) : std::nullopt;
}

}  // namespace

CheckpointFolder::CheckpointFolder(const std::string& output_dir) {
  fs::path plain = fs::path(output_dir).lexically_normal();
  if (!plain.has_filename()) plain = plain.parent_path();  // "out/" is "out"
  path_ = plain.string() + ".checkpoints";
}

fs::path CheckpointFolder::checkpoint(std::int64_t step) const { return path_ / fmt::format("{}{}", kPrefix, step); }

std::vector<std::int64_t> CheckpointFolder::steps() const {
  std::vector<std::int64_t> found;
  if (!fs::is_directory(path_)) return found;
  for (const auto& entry : fs::directory_iterator(path_)) {
    if (!entry.is_directory()) continue;
    if (const auto step = step_of(entry.path().filename().string())) found.push_back(*step);
  }
  std::sort(found.begin(), found.end());
  return found;
}

bool CheckpointFolder::finished() const { return fs::exists(path_ / kFinished); }

void CheckpointFolder::mark_finished(std::int64_t best_step) const {
  write_file_atomic(path_ / kFinished, dump_json_pretty({{"best_step", best_step}}));
}

void CheckpointFolder::prune(int keep, std::int64_t best_step) const {
  std::vector<std::int64_t> all = steps();
  std::size_t count = all.size();
  for (const std::int64_t step : all) {
    if (count <= static_cast<std::size_t>(keep)) return;
    if (step == best_step || step == all.back()) continue;
    fs::remove_all(checkpoint(step));
    --count;
  }
}

void CheckpointFolder::clear() const {
  for (const std::int64_t step : steps()) fs::remove_all(checkpoint(step));
  remove_partial();
  fs::remove(path_ / kFinished);
}

void CheckpointFolder::remove_partial() const {
  if (!fs::is_directory(path_)) return;
  for (const auto& entry : fs::directory_iterator(path_)) {
    const std::string name = entry.path().filename().string();
    if (entry.is_directory() && name.find(kPrefix) != std::string::npos && !step_of(name)) fs::remove_all(entry.path());
  }
}

}  // namespace llmops::train
