// The words that streets and dwellings are called by.
#pragma once

#include <string_view>

namespace llmops::data::pii {

// All compare ASCII letters without case.

/// "Street", "St.", "Ave", "Lane": ends the name of a street behind its number.
bool is_street_type(std::string_view word);
/// "Hauptstraße", "Musterweg", "Kalverstraat", "Storgatan": one word that is the name of a street.
bool is_street_word(std::string_view word);
/// "Via", "Calle", "rue", "ul.": begins the name of a street.
bool begins_street(std::string_view word);
/// "Apt.", "Suite", "Box": stands in front of a number in an address.
bool is_dwelling(std::string_view word);
/// Two capital letters of a US state or territory, or AA, AE and AP of the forces.
bool is_us_state(std::string_view code);
/// One or two capital letters that UK postcodes begin with.
bool is_uk_postcode_area(std::string_view letters);

}  // namespace llmops::data::pii
