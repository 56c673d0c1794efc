// Numbers of a range, and values as a recipe has them.
#include "sweep/parameter.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "core/error.h"

namespace llmops::sweep {
namespace {

/// Without the tail that sums of steps leave: 0.3, not 0.30000000000000004.
double rounded(double number, int digits) {
  return std::strtod(fmt::format("{:.{}g}", number, digits).c_str(), nullptr);
}

}  // namespace

double Parameter::scaled(double number) const { return log ? std::log(number) : number; }

double Parameter::allowed(double position) const {
  const double number = log ? std::exp(position) : position;
  if (step == 0) return std::clamp(rounded(number, 5), low, high);
  const double steps = std::clamp(std::round((number - low) / step), 0.0, std::round((high - low) / step));
  return rounded(low + steps * step, 12);
}

Json Parameter::value(double coordinate) const {
  if (!is_range()) return choices[static_cast<std::size_t>(coordinate)];
  if (whole) return static_cast<std::int64_t>(std::llround(coordinate));
  return coordinate;
}

double Parameter::coordinate(const Json& value) const {
  if (is_range() && value.is_number()) return value.get<double>();
  const auto found = std::find(choices.begin(), choices.end(), value);
  if (found == choices.end()) throw InputError(fmt::format("{} is no value of '{}'", dump_json(value), key));
  return static_cast<double>(found - choices.begin());
}

std::size_t Parameter::size() const {
  if (!is_range()) return choices.size();
  return step == 0 ? 0 : static_cast<std::size_t>(std::llround((high - low) / step)) + 1;
}

Json point_json(const std::vector<Parameter>& parameters, const Point& point) {
  Json json = Json::object();
  for (std::size_t i = 0; i < parameters.size(); ++i) json[parameters[i].key] = parameters[i].value(point[i]);
  return json;
}

Point parse_point(const std::vector<Parameter>& parameters, const Json& json) {
  Point point;
  for (const Parameter& parameter : parameters) {
    const auto found = json.find(parameter.key);
    if (found == json.end()) throw InputError(fmt::format("a trial has no value of '{}'", parameter.key));
    point.push_back(parameter.coordinate(*found));
  }
  return point;
}

std::vector<std::string> point_overrides(const std::vector<Parameter>& parameters, const Point& point) {
  std::vector<std::string> overrides;
  overrides.reserve(parameters.size());
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    overrides.push_back(fmt::format("{}={}", parameters[i].key, dump_json(parameters[i].value(point[i]))));
  }
  return overrides;
}

}  // namespace llmops::sweep
