// What a teacher finds likeliest at every supervised token, asked once and kept in a file, so that training needs no
// teacher in memory, nor on the machine.
#pragma once

#include <functional>
#include <string>

#include "core/progress.h"
#include "model/decoder.h"
#include "train/teacher_file.h"
#include "train/workers.h"

namespace llmops::train {

/// Fills data.train_teacher and data.validation_teacher, from `file` where it is of this teacher, tokenizer and data
/// and has as many tokens a position, else by running the teacher, and writes it; the teacher's memory is then free
/// again. docs/formats/teacher.md.
/// @param given    fingerprints of this run; the teacher's is empty where there is only the file
/// @param student  whose vocabulary the teacher must have
/// @param file     read and written by rank 0 alone. One of the recipe's own naming is never replaced
/// @returns        the teacher's fingerprint
/// @throws NotFoundError  neither file nor teacher; InputError  the file is of something else, or too short
std::string find_teacher_tokens(const FinetuneRecipe& recipe, const TeacherFingerprints& given,
                                const model::ModelConfig& student, const std::filesystem::path& file,
                                TrainingData& data, Workers& workers, Progress& progress);

/// As the teacher has them for each supervised token of the examples, in order. Divided among the ranks of a job, which
/// all get them all. @param on_tokens  called with how many more this rank has done @throws Interrupted
TeacherTokens likeliest_tokens(const model::Decoder& teacher, const FinetuneRecipe& recipe,
                               const std::vector<Example>& examples, Workers& workers,
                               const std::function<void(std::int64_t)>& on_tokens);

}  // namespace llmops::train
