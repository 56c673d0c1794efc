// Reads mappings of named settings.
#include "train/keyword_arguments.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "config/yaml_reader.h"
#include "core/spelling.h"

namespace llmops::train {
namespace {

template <typename T>
T read_value(config::YamlObject& object, const KeywordArgument& argument) {
  T value = argument.standard.get<T>();
  object.optional(argument.name, value);
  return value;
}

template <typename T>
T read_number(config::YamlObject& object, const KeywordArgument& argument) {
  const T value = read_value<T>(object, argument);
  const auto number = static_cast<double>(value);
  const bool inside = number >= argument.least && number <= argument.most;
  object.check(inside, argument.name,
               std::isinf(argument.most) ? fmt::format("must be at least {}", argument.least)
                                         : fmt::format("must lie between {} and {}", argument.least, argument.most));
  return value;
}

std::string read_choice(config::YamlObject& object, const KeywordArgument& argument) {
  auto value = read_value<std::string>(object, argument);
  check_choice(object, argument.name, value, argument.choices);
  return value;
}

}  // namespace

Json standard_values(const std::vector<KeywordArgument>& arguments) {
  Json values = Json::object();
  for (const KeywordArgument& argument : arguments) values[argument.name] = argument.standard;
  return values;
}

bool check_choice(config::YamlObject& object, const std::string& key, const std::string& value,
                  const std::vector<std::string>& known) {
  const bool found = std::find(known.begin(), known.end(), value) != known.end();
  object.check(found, key, fmt::format("is '{}'; supported: '{}'", value, fmt::join(known, "', '")),
               did_you_mean(value, known));
  return found;
}

Json read_arguments(config::YamlObject& root, const std::string& key, const std::vector<KeywordArgument>& arguments) {
  config::YamlObject object = root.object(key);
  Json values = Json::object();
  for (const KeywordArgument& argument : arguments) {
    if (argument.standard.is_boolean()) {
      values[argument.name] = read_value<bool>(object, argument);
    } else if (argument.standard.is_number_integer()) {
      values[argument.name] = read_number<std::int64_t>(object, argument);
    } else if (argument.standard.is_number()) {
      values[argument.name] = read_number<double>(object, argument);
    } else {
      values[argument.name] = read_choice(object, argument);
    }
  }
  return values;
}

}  // namespace llmops::train
