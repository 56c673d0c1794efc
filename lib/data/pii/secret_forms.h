// What keys and tokens look like: the prefixes that their issuers document, and the names that passwords are kept
// under.
#pragma once

#include <string_view>

namespace llmops::data::pii {

/// Characters that `token` begins with a known secret, or 0. Letters, digits and "_-.+/=" behind the least are taken
/// in.
/// @param token  a maximal run of those characters, from a place where a word may begin
std::size_t known_secret(std::string_view token);

/// Characters of the known prefix that `token` begins with, 0 for none.
std::size_t secret_prefix(std::string_view token);

/// Whether a value under this name is a secret: "password", "api_key", "client_secret", "AccountKey", ...
/// @param name  letters, digits and "_-.", in any case
bool names_secret(std::string_view name);

/// Whether a value looks like a password or a key rather than a word, a number or a placeholder: eight characters at
/// least, letters and digits, above 2.5 bits a character.
bool looks_random(std::string_view value);

inline bool in_token(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-' ||
         c == '.' || c == '/' || c == '+' || c == '=';
}

}  // namespace llmops::data::pii
