// The parts of an address, each looked for around a number.
#pragma once

#include <string_view>

#include "data/pii/anchors.h"

namespace llmops::data::pii {

/// Bytes [begin, end); `end` 0 where there is none.
struct Place {
  std::size_t begin = 0, end = 0;
};

/// "12 Baker Street", "Hauptstraße 12", "12 rue de la Paix", "Apt. 5", "P.O. Box 255" around a house's or dwelling's
/// number. Words in front ("lives at") make up for a missing type of street.
/// @param after  nothing begins before this byte
Place street_line(std::string_view text, const DigitRun& run, std::size_t after);

/// Whether the place is a dwelling within an address: "Apt. 5".
bool is_dwelling_line(std::string_view text, const Place& place);

/// "Springfield, IL 62704-1234", "SW1A 1AA", "zip code is 62704": `run` is the code's digits (of the UK, those in front
/// of its last two letters).
Place postal_code(std::string_view text, const DigitRun& run, std::size_t after);

/// End of the word at `i`: letters, hyphens, apostrophes, digits in front ("5th"), a full stop behind a short one
/// ("St.").
std::size_t address_word_end(std::string_view text, std::size_t i);
/// Beginning of the word that ends at `end`.
std::size_t address_word_begin(std::string_view text, std::size_t end);
/// Behind blanks, or a comma and blanks, also across a line's end; `i` where something else stands.
std::size_t address_joint_end(std::string_view text, std::size_t i, bool comma, bool line);

}  // namespace llmops::data::pii
