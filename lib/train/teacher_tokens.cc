#include "train/teacher_tokens.h"

#include <ATen/core/grad_mode.h>
#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"
#include "train/batch.h"
#include "train/distillation_objective.h"
#include "train/own_batches.h"
#include "train/token_loss.h"
#include "train/validation.h"

namespace llmops::train {
namespace {

at::Tensor view(std::vector<std::int32_t>& values) {
  return at::from_blob(values.data(), {static_cast<std::int64_t>(values.size())}, at::kInt);
}

at::Tensor view(std::vector<float>& values) {
  return at::from_blob(values.data(), {static_cast<std::int64_t>(values.size())}, at::kFloat);
}

/// Of `rows` positions at a time. @returns ids (M, k) int32 and log-probabilities (M, k), likeliest first
std::pair<at::Tensor, at::Tensor> top_tokens(const model::OutputHead& head, const at::Tensor& hidden, int k) {
  const std::int64_t rows = rows_at_a_time(head.weight.size(0));
  const at::Tensor ids = at::empty({hidden.size(0), k}, at::kInt);
  const at::Tensor log_probs = at::empty({hidden.size(0), k}, at::kFloat);
  for (std::int64_t begin = 0; begin < hidden.size(0); begin += rows) {
    const std::int64_t count = std::min(rows, hidden.size(0) - begin);
    const at::Tensor logits = head.logits(hidden.narrow(0, begin, count));  // (count, V)
    const auto [values, places] = logits.topk(k, 1);
    ids.narrow(0, begin, count).copy_(places);
    log_probs.narrow(0, begin, count).copy_(values - logits.logsumexp(1, /*keepdim=*/true));
  }
  return {ids, log_probs};
}

/// What rank 0 has read, to the others.
void send(Workers& workers, TrainingData& data) {
  for (auto* tokens : {&data.train_teacher, &data.validation_teacher}) {
    if (tokens->ids.empty()) continue;
    workers.start_broadcast(view(tokens->ids), 0)();
    workers.start_broadcast(view(tokens->log_probs), 0)();
  }
}

void ask(const model::Decoder& teacher, const FinetuneRecipe& recipe, TrainingData& data, Workers& workers,
         Progress& progress) {
  const auto on_tokens = start_pass(progress, "teacher", {&data.train, &data.validation});
  data.train_teacher = likeliest_tokens(teacher, recipe, data.train, workers, on_tokens);
  data.validation_teacher = likeliest_tokens(teacher, recipe, data.validation, workers, on_tokens);
  progress.finish();
}

}  // namespace

TeacherTokens likeliest_tokens(const model::Decoder& teacher, const FinetuneRecipe& recipe,
                               const std::vector<Example>& examples, Workers& workers,
                               const std::function<void(std::int64_t)>& on_tokens) {
  const at::NoGradGuard no_grad;
  const int k = recipe.distillation.kd_top_k;
  TeacherTokens found = empty_teacher_tokens(examples, k);
  if (found.ids.empty()) return found;
  const std::vector<std::size_t> begins = first_positions(examples);
  const std::vector<MicroBatch> batches = plan_validation(examples, validation_tokens(recipe));
  for_own_batches(examples, batches, workers, [&](const MicroBatch& batch) {
    const auto [ids, log_probs] =
        top_tokens(teacher.head(), predicting_states(teacher, make_batch(examples, batch), {}), k);
    std::size_t row = 0;
    for (const std::uint32_t example : batch) {
      const auto numbers = static_cast<std::size_t>(examples[example].supervised_tokens * k);
      const std::size_t to = begins[example] * static_cast<std::size_t>(k);
      std::copy_n(ids.const_data_ptr<std::int32_t>() + row, numbers, found.ids.data() + to);
      std::copy_n(log_probs.const_data_ptr<float>() + row, numbers, found.log_probs.data() + to);
      row += numbers;
    }
    on_tokens(batch_tokens(examples, {&batch, 1}));
  });
  workers.start_sum(view(found.ids))();  // each row is of one rank, the others' are zero
  workers.start_sum(view(found.log_probs))();
  return found;
}

std::string find_teacher_tokens(const FinetuneRecipe& recipe, const TeacherFingerprints& given,
                                const model::ModelConfig& student, const std::filesystem::path& file,
                                TrainingData& data, Workers& workers, Progress& progress) {
  const int k = recipe.distillation.kd_top_k;
  if (k > student.vocab_size) {
    throw InputError(fmt::format("'kd_top_k' is {}, but the vocabulary has {} tokens", k, student.vocab_size));
  }
  data.train_teacher = empty_teacher_tokens(data.train, k);
  data.validation_teacher = empty_teacher_tokens(data.validation, k);
  std::string teacher;
  if (workers.first()) teacher = read_teacher_file(recipe, given, file, student.vocab_size, data);
  teacher = workers.broadcast(teacher);
  if (!teacher.empty()) {
    send(workers, data);
    return teacher;
  }
  ask(load_teacher(recipe, student, given.tokenizer), recipe, data, workers, progress);
  if (workers.first()) write_teacher_file(given, file, data);
  return given.teacher;
}

}  // namespace llmops::train
