// Escapes within string literals.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace llmops::text::jinja {

/// "a\n" as Python reads it; an escape that is not known stays as it is. @returns none for a malformed one ("\x4")
std::optional<std::string> unescape(std::string_view literal);

}  // namespace llmops::text::jinja
