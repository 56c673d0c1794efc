// Training records as they lie on disk: JSON lines, a JSON array, or a split of a prepared dataset.
#pragma once

#include <string>
#include <vector>

#include "core/json.h"
#include "train/recipe.h"

namespace llmops::train {

struct Record {
  Json value;          ///< an object
  std::string origin;  ///< "train.jsonl:3", for errors
};

/// @throws NotFoundError  the file, or the split, which is then listed beside those there are
/// @throws InputError     naming the line that is not a JSON object, or a folder that is not a prepared dataset
std::vector<Record> read_records(const DatasetSpec& spec);

}  // namespace llmops::train
