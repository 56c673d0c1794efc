#include "train/distillation_objective.h"

#include <ATen/core/grad_mode.h>
#include <fmt/format.h>

#include "core/error.h"
#include "text/tokenizer.h"
#include "train/batch.h"
#include "train/distillation_loss.h"

namespace llmops::train {

void DistillationObjective::begin(const model::Decoder& decoder, std::span<const MicroBatch> window, std::int64_t,
                                  Workers&) {
  if (decoder.head().weight.requires_grad()) {
    throw InputError("distillation cannot train the model's head, which 'modules_to_save' keeps whole",
                     "leave it out, and an embedding that is the head too");
  }
  supervised_ = static_cast<double>(supervised_tokens(examples_, window));
}

ObjectiveLoss DistillationObjective::loss(const model::Decoder& decoder, const MicroBatch& chosen) {
  const Batch batch = make_batch(examples_, chosen);
  at::Tensor taught;
  {
    const at::NoGradGuard no_grad;
    taught = predicting_states(teacher_, batch, {});
  }
  const at::Tensor learnt = predicting_states(decoder, batch, {recipe_.gradient_checkpointing});
  const DistillationLosses found =
      distillation_losses(recipe_.distillation, {learnt, decoder.head()}, {taught, teacher_.head()}, batch.targets);
  return {found.losses.sum(at::kDouble) / supervised_,
          {{"kd_loss", found.divergence.sum(at::kDouble).item<double>() / supervised_}}};
}

model::Decoder load_teacher(const FinetuneRecipe& recipe, const model::ModelConfig& student,
                            const std::string& tokenizer_fingerprint) {
  const std::filesystem::path& path = recipe.distillation.teacher_path;
  model::Decoder teacher = model::Decoder::load(path, at::kFloat);
  const bool same_tokens = text::load_tokenizer(path)->fingerprint() == tokenizer_fingerprint;
  if (same_tokens && teacher.config().vocab_size == student.vocab_size) return teacher;
  throw InputError(fmt::format("'teacher_model' {} has another vocabulary than the base model", path.string()),
                   "distributions over other tokens cannot be compared; take a teacher of the same family");
}

}  // namespace llmops::train
