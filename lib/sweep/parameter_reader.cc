// Reads and checks the parameters of a sweep.
#include "sweep/parameter_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/spelling.h"

namespace llmops::sweep {
namespace {

using config::YamlObject;

struct Distribution {
  const char* name;
  bool log, whole, stepped;
};
constexpr std::array kDistributions = {
    Distribution{"uniform", false, false, false},
    Distribution{"log_uniform", true, false, false},
    Distribution{"log_uniform_values", true, false, false},  // as wandb calls it
    Distribution{"int_uniform", false, true, true},
    Distribution{"int_log_uniform", true, true, true},
    Distribution{"q_uniform", false, false, true},
    Distribution{"q_log_uniform", true, false, true},
    Distribution{"q_log_uniform_values", true, false, true},
};

bool is_whole(double number) { return number == std::floor(number) && std::fabs(number) < 1e15; }

/// By its name; else whole numbers where both bounds are, as wandb has it.
Distribution read_distribution(YamlObject& object, const Parameter& parameter, bool has_step) {
  std::string name = is_whole(parameter.low) && is_whole(parameter.high) ? "int_uniform" : "uniform";
  if (has_step && name == "uniform") name = "q_uniform";
  object.optional("distribution", name);
  const auto found = std::find_if(kDistributions.begin(), kDistributions.end(),
                                  [&](const Distribution& row) { return row.name == name; });
  if (found != kDistributions.end()) return *found;
  std::vector<std::string> names;
  names.reserve(kDistributions.size());
  for (const Distribution& row : kDistributions) names.emplace_back(row.name);
  object.check(false, "distribution", fmt::format("is '{}', which is unknown", name),
               did_you_mean(name, names, "for example uniform, log_uniform or int_uniform"));
  return kDistributions[0];
}

void check_bounds(YamlObject& object, const Parameter& parameter) {
  const bool finite = std::isfinite(parameter.low) && std::isfinite(parameter.high);
  object.check(finite, "min", "and 'max' must be finite numbers");
  object.check(!finite || parameter.low <= parameter.high, "min",
               fmt::format("is {}, above max: {}", parameter.low, parameter.high), "swap them");
  object.check(!parameter.log || parameter.low > 0, "min", fmt::format("is {}, which has no logarithm", parameter.low),
               "write the values themselves, not their exponents: min: 1e-5");
  object.check(!parameter.whole || is_whole(parameter.low), "min",
               fmt::format("is {}, not a whole number", parameter.low));
  object.check(!parameter.whole || is_whole(parameter.high), "max",
               fmt::format("is {}, not a whole number", parameter.high));
}

void read_step(YamlObject& object, const Distribution& distribution, Parameter& parameter) {
  double step = parameter.whole ? 1 : 0;
  object.optional("q", step);
  object.check(!distribution.stepped || parameter.whole || object.has("q"), "distribution",
               "needs 'q', the step between values", "add q: 0.1");
  object.check(distribution.stepped || !object.has("q"), "q",
               fmt::format("does not go with distribution: {}", distribution.name),
               parameter.log ? "use q_log_uniform" : "use q_uniform");
  const double range = parameter.high - parameter.low;
  object.check(!object.has("q") || (step > 0 && step <= range), "q",
               fmt::format("is {}, expected a step above 0 and at most max - min = {}", step, range));
  object.check(!parameter.whole || is_whole(step), "q", fmt::format("is {}, not a whole number", step));
  object.check(!parameter.log || step == 0 || step < 2 * parameter.low, "q",
               fmt::format("is {}, so that half a step below min: {} has no logarithm", step, parameter.low));
  if (!distribution.stepped || step <= 0 || step > range) return;
  parameter.step = step;
  parameter.high = parameter.low + std::floor(range / step + 1e-9) * step;
}

void read_range(YamlObject& object, Parameter& parameter) {
  object.required("min", parameter.low);
  object.required("max", parameter.high);
  const Distribution distribution = read_distribution(object, parameter, object.has("q"));
  parameter.log = distribution.log;
  parameter.whole = distribution.whole;
  check_bounds(object, parameter);
  read_step(object, distribution, parameter);
  if (parameter.low >= parameter.high) parameter.choices = {parameter.value(parameter.low)};
}

void read_choices(YamlObject& object, const char* key, const Json& values, Parameter& parameter) {
  object.check(values.is_array() && !values.empty(), key, "is not a list of values", "for example values: [8, 16]");
  if (!values.is_array()) return;
  for (const Json& value : values) {
    const bool again = std::find(parameter.choices.begin(), parameter.choices.end(), value) != parameter.choices.end();
    object.check(!again, key, fmt::format("has {} twice", dump_json(value)));
    parameter.choices.push_back(value);
  }
}

void read_mapping(YamlObject object, Parameter& parameter) {
  const bool range = object.has("min") || object.has("max");
  const int ways = (object.has("values") ? 1 : 0) + (object.has("value") ? 1 : 0) + (range ? 1 : 0);
  std::string distribution;
  if (!range) object.optional("distribution", distribution);  // "categorical" and "constant" say what is seen anyway
  object.check(ways == 1, "values",
               ways == 0 ? "is missing, and so are 'min' and 'max'" : "and a range exclude each other",
               "give values: [8, 16], or min and max");
  if (ways != 1) return;
  if (range) {
    read_range(object, parameter);
  } else if (object.has("values")) {
    read_choices(object, "values", object.json("values"), parameter);
  } else {
    parameter.choices = {object.json("value")};
  }
}

}  // namespace

std::vector<Parameter> read_parameters(YamlObject& sweep) {
  std::vector<Parameter> parameters;
  const Json written = sweep.json("parameters");
  if (!written.is_object() || written.empty()) {
    sweep.check(false, "parameters", written.is_null() ? "is missing" : "names nothing to vary",
                "add\nparameters:\n  learning_rate: {min: 1e-5, max: 1e-3, distribution: log_uniform}");
    return parameters;
  }
  YamlObject object = sweep.object("parameters");
  for (const auto& [key, value] : written.items()) {
    Parameter parameter;
    parameter.key = key;
    if (value.is_object()) {
      read_mapping(object.object(key), parameter);
    } else {
      (void)object.has(key);  // asked for, hence known
      read_choices(object, key.c_str(), value.is_array() ? value : Json::array({value}), parameter);
    }
    parameters.push_back(std::move(parameter));
  }
  return parameters;
}

}  // namespace llmops::sweep
