#include "train/distillation_objective.h"

#include <ATen/core/grad_mode.h>
#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"
#include "text/tokenizer.h"
#include "train/teacher_file.h"

namespace llmops::train {

DistillationObjective::DistillationObjective(const FinetuneRecipe& recipe, const std::vector<Example>& examples,
                                             const model::Decoder* teacher, const TeacherTokens& tokens)
    : Objective(recipe, examples), teacher_(teacher), tokens_(tokens), begins_(first_positions(examples)) {}

void DistillationObjective::begin(const model::Decoder& decoder, std::span<const MicroBatch> window, std::int64_t,
                                  Workers&) {
  if (decoder.head().weight.requires_grad()) {
    throw InputError("distillation cannot train the model's head, which 'modules_to_save' keeps whole",
                     "leave it out, and an embedding that is the head too");
  }
  supervised_ = static_cast<double>(supervised_tokens(examples_, window));
}

TopTokens DistillationObjective::tokens_of(const MicroBatch& batch) const {
  const std::int64_t positions = supervised_tokens(examples_, {&batch, 1});
  TopTokens found = {at::empty({positions, tokens_.k}, at::kLong), at::empty({positions, tokens_.k}, at::kFloat)};
  auto* ids = found.ids.mutable_data_ptr<std::int64_t>();
  auto* log_probs = found.log_probs.mutable_data_ptr<float>();
  for (const std::uint32_t example : batch) {
    const std::size_t from = begins_[example] * static_cast<std::size_t>(tokens_.k);
    const std::int64_t numbers = examples_[example].supervised_tokens * tokens_.k;
    ids = std::copy_n(tokens_.ids.data() + from, numbers, ids);
    log_probs = std::copy_n(tokens_.log_probs.data() + from, numbers, log_probs);
  }
  return found;
}

DistillationLosses DistillationObjective::losses(const Predictions& student, const MicroBatch& chosen,
                                                 const Batch& batch) const {
  if (teacher_ == nullptr) {
    return distillation_losses(recipe_.distillation, student, tokens_of(chosen), batch.targets);
  }
  at::Tensor taught;
  {
    const at::NoGradGuard no_grad;
    taught = predicting_states(*teacher_, batch, {});
  }
  return distillation_losses(recipe_.distillation, student, Predictions{taught, teacher_->head()}, batch.targets);
}

ObjectiveLoss DistillationObjective::loss(const model::Decoder& decoder, const MicroBatch& chosen) {
  const Batch batch = make_batch(examples_, chosen);
  const at::Tensor learnt = predicting_states(decoder, batch, {recipe_.gradient_checkpointing});
  const DistillationLosses found = losses({learnt, decoder.head()}, chosen, batch);
  return {found.losses.sum(at::kDouble) / supervised_,
          {{"kd_loss", found.divergence.sum(at::kDouble).item<double>() / supervised_}}};
}

model::Decoder load_teacher(const FinetuneRecipe& recipe, const model::ModelConfig& student,
                            const std::string& tokenizer_fingerprint) {
  const std::filesystem::path& path = recipe.distillation.teacher_path;
  const bool same_tokens = text::load_tokenizer(path)->fingerprint() == tokenizer_fingerprint;
  model::Decoder teacher = model::Decoder::load(path, at::kFloat, model::BaseFormat::kDense, at::Device(recipe.device));
  if (same_tokens && teacher.config().vocab_size == student.vocab_size) return teacher;
  throw InputError(fmt::format("'teacher_model' {} has another vocabulary than the base model", path.string()),
                   "distributions over other tokens cannot be compared; take a teacher of the same family");
}

}  // namespace llmops::train
