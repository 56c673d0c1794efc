// A hash of the text as a number in [0, 1): test lies at the low end, then validation, then train.
#include "data/split.h"

#include "core/hash.h"

namespace llmops::data {

const char* split_name(Split split) {
  switch (split) {
    case Split::kValidation: return "validation";
    case Split::kTest: return "test";
    case Split::kTrain: break;
  }
  return "train";
}

Split assign_split(std::string_view key, const SplitSpec& spec) {
  const double place = static_cast<double>(xxh3_64(key, spec.seed) >> 11) * 0x1.0p-53;
  if (place < spec.test) return Split::kTest;
  return place < spec.test + spec.validation ? Split::kValidation : Split::kTrain;
}

}  // namespace llmops::data
