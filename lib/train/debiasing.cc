#include "train/debiasing.h"

namespace llmops::train {

Debiasing::Debiasing(const FinetuneRecipe& recipe, const model::Decoder& decoder, const TrainingData& data,
                     std::unique_ptr<TrainedWeights>& weights, Workers& workers, Progress& progress)
    : recipe_(recipe),
      decoder_(decoder),
      data_(data),
      workers_(workers),
      progress_(progress),
      adversary_(recipe.debias, decoder.config().hidden_size, static_cast<std::int64_t>(data.groups.size())),
      before_(probe()) {
  weights = std::make_unique<WeightsBesideAdversary>(std::move(weights), adversary_);
}

void Debiasing::finish(FinetuneReport& report) const {
  report.probe_before = before_;
  report.probe_after = probe();
}

}  // namespace llmops::train
