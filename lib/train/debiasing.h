// A run that debiases: its adversary, and how much of the attribute can be read before and after.
#pragma once

#include <memory>

#include "train/adversary.h"
#include "train/attribute_probe.h"
#include "train/finetune_lora.h"

namespace llmops::train {

class Debiasing {
 public:
  /// Probes the model as it is before training. All references outlive this.
  /// @param weights  of `decoder`; they get the adversary's memory beside them
  Debiasing(const FinetuneRecipe& recipe, const model::Decoder& decoder, const TrainingData& data,
            std::unique_ptr<TrainedWeights>& weights, Workers& workers, Progress& progress);

  Adversary& adversary() { return adversary_; }
  /// Probes the model as it is now, and puts both into the report.
  void finish(FinetuneReport& report) const;

 private:
  ProbeReport probe() const { return probe_attribute(decoder_, recipe_, data_, workers_, progress_); }

  const FinetuneRecipe& recipe_;
  const model::Decoder& decoder_;
  const TrainingData& data_;
  Workers& workers_;
  Progress& progress_;
  Adversary adversary_;
  ProbeReport before_;
};

}  // namespace llmops::train
