// Small readings of a request's head: its content type and the escapes of its path.
#pragma once

#include <string>
#include <string_view>

namespace llmops::serve {

/// True for "application/json", any case and parameters, and for "application/*+json".
bool is_json_media_type(std::string_view content_type);

/// "a/b" of "a%2Fb"; malformed escapes stay as they are.
std::string percent_decoded(std::string_view text);

}  // namespace llmops::serve
