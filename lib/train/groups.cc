#include "train/groups.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"

namespace llmops::train {
namespace {

constexpr std::size_t kMostGroups = 256;

std::string value_of(const std::string& attribute, const Record& record) {
  const auto found = record.value.find(attribute);
  if (found == record.value.end() || found->is_null()) {
    throw InputError(fmt::format("{}: '{}', which 'debias' names, is missing", record.origin, attribute),
                     "every record needs its value: {\"text\": \"...\", \"" + attribute + "\": \"...\"}");
  }
  if (found->is_string()) return found->get<std::string>();
  if (found->is_boolean() || found->is_number_integer()) return found->dump();
  throw InputError(fmt::format("{}: '{}' is {} {}, expected one of a few texts", record.origin, attribute,
                               found->is_array() || found->is_object() ? "an" : "a", found->type_name()),
                   "'debias' takes an attribute of a few values, as \"f\" and \"m\"");
}

/// Whether each value occurs.
std::vector<bool> occurring(const std::vector<Example>& examples, std::size_t values) {
  std::vector<bool> found(values);
  for (const Example& example : examples) found[static_cast<std::size_t>(example.group)] = true;
  return found;
}

}  // namespace

void Groups::mark(const Record& record, std::vector<Example>& examples) {
  if (attribute_.empty()) return;
  const auto next = static_cast<std::int32_t>(numbers_.size());
  const std::int32_t group = numbers_.emplace(value_of(attribute_, record), next).first->second;
  for (Example& example : examples) example.group = group;
}

std::vector<std::string> Groups::finish(std::vector<Example>& train, std::vector<Example>& validation) const {
  if (attribute_.empty()) return {};
  const std::vector<bool> learnt = occurring(train, numbers_.size());
  const std::vector<bool> judged = occurring(validation, numbers_.size());
  std::vector<std::string> values;
  std::vector<std::int32_t> sorted(numbers_.size(), -1);  // by number
  for (const auto& [value, number] : numbers_) {
    const auto at = static_cast<std::size_t>(number);
    if (judged[at] && !learnt[at]) {
      throw InputError(fmt::format("'{}' is '{}' in validation examples and in no training example", attribute_, value),
                       "the values of both must be spelled alike; give each enough training records, or remove it");
    }
    if (!learnt[at]) continue;  // all its records were dropped
    sorted[at] = static_cast<std::int32_t>(values.size());
    values.push_back(value);
  }
  if (values.size() < 2 || values.size() > kMostGroups) {
    const std::string found =
        values.size() == 1 ? "one value, '" + values[0] + "'," : fmt::format("{} values", values.size());
    throw InputError(
        fmt::format("'{}' has {} in the training examples; 'debias' needs 2 to {}", attribute_, found, kMostGroups),
        "name a field by which the records fall into a few kinds");
  }
  for (auto* examples : {&train, &validation}) {
    for (Example& example : *examples) example.group = sorted[static_cast<std::size_t>(example.group)];
  }
  return values;
}

std::int32_t commonest_group(const std::vector<Example>& examples) {
  std::vector<std::size_t> counts;
  for (const Example& example : examples) {
    const auto group = static_cast<std::size_t>(example.group);
    if (counts.size() <= group) counts.resize(group + 1);
    ++counts[group];
  }
  return static_cast<std::int32_t>(std::max_element(counts.begin(), counts.end()) - counts.begin());
}

}  // namespace llmops::train
