// The page of `llmops annotate --web`: whole in itself, nothing is fetched from elsewhere.
#pragma once

#include <string>

namespace llmops::serve {

/// @param nonce  that the content security policy allows its style and script by
std::string annotate_page(const std::string& nonce);

}  // namespace llmops::serve
