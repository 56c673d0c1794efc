// Normalizers that add, replace or cut text.
#pragma once

#include <memory>
#include <string>

#include "text/normalize/normalizer.h"
#include "text/regex.h"

namespace llmops::text {

/// Before or behind a text that is not empty.
std::unique_ptr<Normalizer> make_prepend(std::string bytes);
std::unique_ptr<Normalizer> make_append(std::string bytes);
/// Every match, also an empty one, becomes `content`.
std::unique_ptr<Normalizer> make_replace(Regex pattern, std::string content);
/// White space at the ends goes.
std::unique_ptr<Normalizer> make_strip(bool left, bool right);

}  // namespace llmops::text
