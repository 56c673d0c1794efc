// What a sweep varies: one key of the recipe, and the values it may have.
#pragma once

#include <string>
#include <vector>

#include "core/json.h"

namespace llmops::sweep {

/// One coordinate a parameter: a number of its range, or the index of one of its choices.
using Point = std::vector<double>;

struct Parameter {
  std::string key;            ///< of the recipe, dotted: "optim_args.beta1"
  std::vector<Json> choices;  ///< empty: a range of numbers
  double low = 0, high = 0;   ///< of a range, both allowed, low < high
  double step = 0;            ///< allowed numbers are low + k * step; 0: any
  bool log = false;           ///< equal ratios are equally likely instead of equal differences
  bool whole = false;         ///< numbers are written without a fraction

  bool is_range() const { return choices.empty(); }
  /// Position of a number on the scale on which it is drawn: itself, or its logarithm.
  double scaled(double number) const;
  /// Ends of that scale; with a step half of one beyond the bounds, so that the outermost values are no rarer.
  double scaled_low() const { return scaled(low - step / 2); }
  double scaled_high() const { return scaled(high + step / 2); }
  /// The allowed number nearest to a position; without a step rounded to five digits, which people can read.
  double allowed(double position) const;

  /// As the recipe is given it.
  Json value(double coordinate) const;
  /// @throws InputError  a value that is not one of this parameter's
  double coordinate(const Json& value) const;
  /// Number of values, 0 where it has no end.
  std::size_t size() const;
};

/// {"learning_rate": 0.0002, "lora_r": 8}
Json point_json(const std::vector<Parameter>& parameters, const Point& point);
/// @throws InputError  values of other parameters
Point parse_point(const std::vector<Parameter>& parameters, const Json& json);
/// "key=value" for `--set`.
std::vector<std::string> point_overrides(const std::vector<Parameter>& parameters, const Point& point);

}  // namespace llmops::sweep
