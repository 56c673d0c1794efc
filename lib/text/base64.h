// Bytes as text of 64 letters (RFC 4648).
#pragma once

#include <string>
#include <string_view>

namespace llmops::text {

/// @param origin  file and key, for the error
/// @throws InputError  for characters that are not of the alphabet
std::string decode_base64(std::string_view text, const std::string& origin);

/// With padding.
std::string encode_base64(std::string_view bytes);

}  // namespace llmops::text
