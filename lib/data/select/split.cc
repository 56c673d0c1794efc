#include "data/select/split.h"

#include <string_view>

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

double content_place(const Hash128& content, std::uint64_t seed) {
  const std::string_view bytes(reinterpret_cast<const char*>(&content), sizeof content);
  const std::uint64_t hash = seed == 0 ? content.high : xxh3_64(bytes, seed);
  return static_cast<double>(hash >> 11) * 0x1.0p-53;
}

Split split_at(double place, const SplitSpec& spec) {
  if (place < spec.test) return Split::kTest;
  return place < spec.test + spec.validation ? Split::kValidation : Split::kTrain;
}

}  // namespace llmops::data
