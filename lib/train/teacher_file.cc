#include "train/teacher_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <limits>

#include "core/error.h"
#include "core/files.h"
#include "model/safetensors.h"

namespace llmops::train {
namespace {

constexpr const char* kTrain = "train";
constexpr const char* kValidation = "validation";

std::string value_of(const model::Checkpoint& file, const char* key) {
  const auto found = file.metadata().find(key);
  return found == file.metadata().end() ? "" : found->second;
}

/// In what the file is of something else; "" where it is what the run needs.
std::string difference(const model::Checkpoint& file, const TeacherFingerprints& given) {
  const bool same_teacher = given.teacher.empty() || value_of(file, "teacher") == given.teacher;
  if (!same_teacher) return "another teacher";
  if (value_of(file, "tokenizer") != given.tokenizer) return "another tokenizer";
  return value_of(file, "data") == given.data ? "" : "other data";
}

/// @throws InputError  its shape is not that of the examples
const model::TensorView& part(const model::Checkpoint& file, const std::string& name, model::DType dtype,
                              std::size_t positions, int k) {
  const model::TensorView& view = file.get(name);
  const bool fits = view.dtype == dtype && view.shape.size() == 2 &&
                    view.shape[0] == static_cast<std::int64_t>(positions) && view.shape[1] >= k;
  if (fits) return view;
  const bool too_few = view.shape.size() == 2 && view.shape[1] < k;
  throw InputError(
      fmt::format("{}: '{}' has {}", file.path().string(), name,
                  too_few ? fmt::format("{} tokens a position, fewer than 'kd_top_k' ({})", view.shape[1], k)
                          : "another shape or type than these examples need"),
      "lower 'kd_top_k', or have the file made anew under another name");
}

/// The first `k` of each row.
template <typename T>
void take(const model::TensorView& view, std::size_t k, std::vector<T>& to) {
  const auto width = static_cast<std::size_t>(view.shape[1]);
  for (std::size_t row = 0; row * k < to.size(); ++row) {
    std::memcpy(to.data() + row * k, view.bytes.data() + row * width * sizeof(T), k * sizeof(T));
  }
}

void read_set(const model::Checkpoint& file, const std::string& set, std::int64_t vocabulary, TeacherTokens& tokens) {
  if (tokens.ids.empty()) return;
  const auto k = static_cast<std::size_t>(tokens.k);
  const std::size_t positions = tokens.ids.size() / k;
  take(part(file, set + ".ids", model::DType::kI32, positions, tokens.k), k, tokens.ids);
  take(part(file, set + ".log_probs", model::DType::kF32, positions, tokens.k), k, tokens.log_probs);
  const auto outside = [&](std::int32_t id) { return id < 0 || id >= vocabulary; };
  if (std::any_of(tokens.ids.begin(), tokens.ids.end(), outside)) {
    throw InputError(fmt::format("{}: '{}.ids' holds a token outside the vocabulary", file.path().string(), set));
  }
}

}  // namespace

TeacherTokens empty_teacher_tokens(const std::vector<Example>& examples, int k) {
  std::size_t positions = 0;
  for (const Example& example : examples) positions += static_cast<std::size_t>(example.supervised_tokens);
  const std::size_t numbers = positions * static_cast<std::size_t>(k);
  return {k, std::vector<std::int32_t>(numbers), std::vector<float>(numbers)};
}

std::vector<std::size_t> first_positions(const std::vector<Example>& examples) {
  std::vector<std::size_t> begins;
  std::size_t next = 0;
  for (const Example& example : examples) {
    begins.push_back(next);
    next += static_cast<std::size_t>(example.supervised_tokens);
  }
  return begins;
}

std::string read_teacher_file(const FinetuneRecipe& recipe, const TeacherFingerprints& given, const fs::path& path,
                              std::int64_t vocabulary, TrainingData& data) {
  const bool ours = recipe.distillation.kd_teacher_file.empty();
  if (!fs::exists(path)) {
    if (!given.teacher.empty()) return "";
    throw NotFoundError(
        fmt::format("'kd_teacher_file' {} does not exist, and there is no 'teacher_model' to make it", path.string()),
        "name the teacher, or copy the file from the run that made it");
  }
  const auto file = model::Checkpoint::open(path);
  std::string differs = difference(file, given);
  if (differs.empty() && ours && file.get("train.ids").shape.at(1) < recipe.distillation.kd_top_k)
    differs = "fewer tokens";
  if (!differs.empty() && ours) return "";
  if (!differs.empty()) {
    throw InputError(
        fmt::format("'kd_teacher_file' {} is of {} than this run", path.string(), differs),
        "name another file, or remove it to have it made anew; the data is that of all examples, with their "
        "split, masks and 'sequence_len'");
  }
  read_set(file, kTrain, vocabulary, data.train_teacher);
  read_set(file, kValidation, vocabulary, data.validation_teacher);
  return value_of(file, "teacher");
}

void write_teacher_file(const TeacherFingerprints& given, const fs::path& path, const TrainingData& data) {
  if (path.has_parent_path()) fs::create_directories(path.parent_path());
  std::vector<model::TensorToWrite> tensors;
  for (const auto& [set, tokens] : {std::pair{kTrain, &data.train_teacher}, {kValidation, &data.validation_teacher}}) {
    if (tokens->ids.empty()) continue;
    const std::vector<std::int64_t> shape = {static_cast<std::int64_t>(tokens->ids.size()) / tokens->k, tokens->k};
    const std::string name = set;
    tensors.push_back({name + ".ids", model::DType::kI32, shape, std::as_bytes(std::span(tokens->ids))});
    tensors.push_back({name + ".log_probs", model::DType::kF32, shape, std::as_bytes(std::span(tokens->log_probs))});
  }
  model::write_safetensors(path.parent_path(), path.stem().string(), tensors,
                           {{"format", "llmops teacher 1"},
                            {"teacher", given.teacher},
                            {"tokenizer", given.tokenizer},
                            {"data", given.data}},
                           std::numeric_limits<std::uint64_t>::max());
}

}  // namespace llmops::train
