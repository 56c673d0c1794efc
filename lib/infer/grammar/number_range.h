// Numbers between bounds, as expressions over their decimal digits.
#pragma once

#include <cstdint>
#include <optional>

#include "infer/grammar/json_text.h"

namespace llmops::infer::grammar {

/// One side of a range of numbers; without a value there is no bound.
struct Bound {
  std::optional<std::int64_t> value;
  bool exclusive = false;
};

/// Integers without leading zeros; "-0" is not among them.
ExprId integer_between(Grammar& grammar, const Bound& low, const Bound& high);

/// Numbers with fractions; on a side with bounds they have no exponent.
ExprId number_between(Grammar& grammar, JsonText& json, const Bound& low, const Bound& high);

}  // namespace llmops::infer::grammar
