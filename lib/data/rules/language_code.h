// Names of languages: one spelling for what models, recipes and standards call by several.
#pragma once

#include <string>
#include <string_view>

namespace llmops::data {

/// The ISO 639-1 code where there is one, else the model's own: "eng_Latn", "en-GB" and "en" are "en"; "iw" is "he".
std::string language_code(std::string_view tag);

inline constexpr std::string_view kUndetermined = "und";  ///< of ISO 639-2: no language was found

}  // namespace llmops::data
