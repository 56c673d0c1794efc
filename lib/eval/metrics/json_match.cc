// JSON metrics. Values are compared in a type that sorts keys, so that their order cannot matter.
#include "eval/metrics/json_match.h"

#include <optional>

#include "core/error.h"
#include "core/json.h"

namespace llmops::eval {
namespace {

using SortedJson = nlohmann::json;

std::optional<SortedJson> parse(std::string_view text) {
  try {
    return SortedJson(parse_json(text, "output"));
  } catch (const InputError&) {
    return std::nullopt;
  }
}

}  // namespace

bool json_valid(std::string_view output) { return parse(output).has_value(); }

bool json_exact(std::string_view output, std::string_view reference) {
  const auto ours = parse(output), theirs = parse(reference);
  return ours && theirs && *ours == *theirs;
}

double json_fields(std::string_view output, std::string_view reference) {
  const auto ours = parse(output), theirs = parse(reference);
  if (!ours || !theirs) return 0;
  if (!theirs->is_object() || theirs->empty()) return *ours == *theirs ? 1 : 0;
  if (!ours->is_object()) return 0;
  double equal = 0;
  for (const auto& [key, value] : theirs->items()) {
    if (const auto found = ours->find(key); found != ours->end() && *found == value) ++equal;
  }
  return equal / static_cast<double>(theirs->size());
}

}  // namespace llmops::eval
