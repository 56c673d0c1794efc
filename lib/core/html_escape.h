// Text as HTML and XML carry it.
#pragma once

#include <string>
#include <string_view>

namespace llmops {

/// Text that is safe between tags and inside quoted attributes.
std::string escape_html(std::string_view text);

}  // namespace llmops
