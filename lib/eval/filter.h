// Filters: changes to an answer before it is measured, e.g. the number after "####".
#pragma once

#include <string>
#include <vector>

#include "eval/task.h"

namespace llmops::eval {

/// @throws ConfigError  for a pattern that does not compile, with the offset
void check_filters(const Task& task);

/// @throws InputError  when a pattern takes too many steps on this text
std::string apply_filter(const FilterPipeline& pipeline, const std::string& output);

}  // namespace llmops::eval
