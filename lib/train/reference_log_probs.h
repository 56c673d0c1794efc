// What the model thought of every answer before training, kept in a file so that a resumed run compares with the same.
#pragma once

#include "core/progress.h"
#include "model/decoder.h"
#include "train/training_data.h"
#include "train/workers.h"

namespace llmops::train {

/// Fills data.train_reference and data.validation_reference, from `file` where it is of this model and data, else by
/// running the model, and writes it.
/// @param decoder  as it is before the first step
/// @param file     a safetensors file, read and written by rank 0 alone; one of another run is replaced
void find_reference(const model::Decoder& decoder, const FinetuneRecipe& recipe, const std::string& base_fingerprint,
                    const std::filesystem::path& file, TrainingData& data, Workers& workers, Progress& progress);

}  // namespace llmops::train
