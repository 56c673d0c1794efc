// What the families' checkpoints call their weights.
#pragma once

#include "model/weight_part.h"

namespace llmops::model {

extern const WeightNames kLlamaNames, kPhi3Names, kGemmaNames, kGemmaConditionalNames, kOlmo2Names, kMixtralNames,
    kGpt2Names, kGptJNames, kNeoxNames, kFalconNames, kFalconNewNames, kStarcoder2Names, kPhiNames, kOptNames,
    kBloomNames;

}  // namespace llmops::model
