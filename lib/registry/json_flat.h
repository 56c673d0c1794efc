// JSON objects as dotted names, for parameters and for differences people read.
#pragma once

#include <string>
#include <vector>

#include "core/json.h"

namespace llmops::registry {

/// {"lora": {"r": 8}} becomes ("lora.r", "8"); lists stay whole, strings lose their quotes.
std::vector<std::pair<std::string, std::string>> flatten_json(const Json& object);

struct Difference {
  std::string name;
  std::string before, after;  ///< "" where one side lacks it
};
/// Names whose values differ, those of `before` first.
std::vector<Difference> diff_named(const std::vector<std::pair<std::string, std::string>>& before,
                                   const std::vector<std::pair<std::string, std::string>>& after);

/// [{"name", "before", "after"}], null where absent.
Json differences_json(const std::vector<Difference>& differences);
/// A table with the two titles, or "no differences".
std::string differences_text(const std::vector<Difference>& differences, const std::string& before_title,
                             const std::string& after_title, int width);

}  // namespace llmops::registry
