// The file of a teacher's likeliest tokens: docs/formats/teacher.md. Free of libtorch.
#pragma once

#include <filesystem>
#include <string>

#include "train/training_data.h"

namespace llmops::train {

/// What the file is known by.
struct TeacherFingerprints {
  std::string teacher, tokenizer, data;
};

/// Of zeros, for all supervised tokens of the examples.
TeacherTokens empty_teacher_tokens(const std::vector<Example>& examples, int k);

/// Where each example's first supervised token lies among all of them.
std::vector<std::size_t> first_positions(const std::vector<Example>& examples);

/// Fills data.train_teacher and data.validation_teacher, which have their sizes already; of more tokens a position it
/// takes the likeliest.
/// @param vocabulary  tokens; ids must lie below
/// @returns the fingerprint of the teacher; "" where there is no such file, or where it lies among the checkpoints and
///          is of something else, so that it is to be made
/// @throws NotFoundError, InputError  as find_teacher_tokens()
std::string read_teacher_file(const FinetuneRecipe& recipe, const TeacherFingerprints& given,
                              const std::filesystem::path& file, std::int64_t vocabulary, TrainingData& data);

void write_teacher_file(const TeacherFingerprints& given, const std::filesystem::path& file, const TrainingData& data);

}  // namespace llmops::train
