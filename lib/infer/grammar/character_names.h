// Sets of characters by name, as patterns use them.
#pragma once

#include <optional>
#include <string_view>

#include "infer/grammar/code_points.h"

namespace llmops::infer::grammar {

/// d, w and s in ASCII, as RE2 and PCRE2 have them by default, and their negations D, W and S; none for other letters.
std::optional<CodePointSet> escape_class(char32_t letter);

/// "alpha" of [[:alpha:]].
std::optional<CodePointSet> posix_class(std::string_view name);

/// A general category as in \p{Lu}, "L", "Nd"; remembered, since finding one looks at all of Unicode.
std::optional<CodePointSet> category_class(std::string_view name);

}  // namespace llmops::infer::grammar
