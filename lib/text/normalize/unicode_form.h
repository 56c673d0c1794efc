// Unicode's normal forms, with offsets kept.
#pragma once

#include <memory>
#include <string>

#include "text/normalize/normalizer.h"

namespace llmops::text {

/// @param type  "NFC", "NFD", "NFKC" or "NFKD"
/// @throws InputError  when the Unicode library lacks its data
std::unique_ptr<Normalizer> make_unicode_form(const std::string& type, const std::string& origin);

}  // namespace llmops::text
