// The form of a national id that was found, for making up another of it.
#pragma once

#include <string_view>

namespace llmops::data::pii {

struct NationalForm {
  std::size_t index = 0;  ///< from 1; 0 where no form with a check fits
  bool us_social_security = false;

  bool known() const { return index != 0; }
  /// Whether a whole text is a number of this form, checks included; words around it are not asked for.
  bool fits(std::string_view value) const;
};

NationalForm national_form(std::string_view value);

}  // namespace llmops::data::pii
