#include "data/pii/address_words.h"

#include <algorithm>
#include <array>

#include "data/pii/scan_text.h"

namespace llmops::data::pii {

namespace {

using namespace std::string_view_literals;

constexpr std::array kTypes = {
    "street"sv,     "st"sv,       "road"sv,     "rd"sv,    "avenue"sv,  "ave"sv,      "av"sv,     "lane"sv,
    "ln"sv,         "drive"sv,    "dr"sv,       "court"sv, "ct"sv,      "place"sv,    "pl"sv,     "boulevard"sv,
    "blvd"sv,       "way"sv,      "terrace"sv,  "ter"sv,   "square"sv,  "sq"sv,       "circle"sv, "cir"sv,
    "highway"sv,    "hwy"sv,      "parkway"sv,  "pkwy"sv,  "close"sv,   "crescent"sv, "cres"sv,   "mews"sv,
    "trail"sv,      "trl"sv,      "alley"sv,    "row"sv,   "gardens"sv, "grove"sv,    "walk"sv,   "broadway"sv,
    "expressway"sv, "turnpike"sv, "esplanade"sv};

// Endings of German, Dutch, Scandinavian, Hungarian and Finnish names of streets.
constexpr std::array kEndings = {
    "straße"sv,   "strasse"sv, "str."sv,  "str"sv,    "gasse"sv, "weg"sv,  "platz"sv, "allee"sv,  "damm"sv,  "ufer"sv,
    "chaussee"sv, "straat"sv,  "laan"sv,  "gracht"sv, "plein"sv, "kade"sv, "dreef"sv, "vej"sv,    "gade"sv,  "gatan"sv,
    "vägen"sv,    "gata"sv,    "veien"sv, "vegen"sv,  "stien"sv, "katu"sv, "gränd"sv, "stígur"sv, "stræti"sv};

constexpr std::array kBeginnings = {
    "via"sv,    "viale"sv, "piazza"sv, "corso"sv,    "calle"sv,  "c/"sv,   "avenida"sv, "avda"sv,      "avda."sv,
    "plaza"sv,  "paseo"sv, "rua"sv,    "travessa"sv, "praça"sv,  "rue"sv,  "avenue"sv,  "boulevard"sv, "place"sv,
    "chemin"sv, "ul."sv,   "ulica"sv,  "ulitsa"sv,   "strada"sv, "quai"sv, "impasse"sv, "allée"sv};

constexpr std::array kDwellings = {"apt"sv,  "apt."sv, "apartment"sv, "suite"sv,    "ste"sv,
                                   "ste."sv, "flat"sv, "box"sv,       "postfach"sv, "psc"sv};

constexpr std::string_view kStates =
    "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA "
    "RI "
    "SC SD TN TX UT VT VA WA WV WI WY DC PR VI GU AS MP AA AE AP ";

constexpr std::string_view kAreas =
    "AB AL B BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN EX FK FY G "
    "GL "
    "GU HA HD HG HP HR HS HU HX IG IP IV KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE NG NN NP NR NW OL OX PA PE "
    "PH "
    "PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC WD WF WN WR WS "
    "WV "
    "YO ZE ";

bool same(std::string_view word, std::string_view lower_word) {
  return word.size() == lower_word.size() && begins_with(word, 0, lower_word);
}

template <std::size_t N>
bool is_one_of(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view each) { return same(word, each); });
}

// Codes in a list with a blank behind each.
bool is_listed(std::string_view code, std::string_view list) {
  for (std::size_t i = list.find(code); i != std::string_view::npos; i = list.find(code, i + 1)) {
    if ((i == 0 || list[i - 1] == ' ') && list[i + code.size()] == ' ') return true;
  }
  return false;
}

}  // namespace

bool is_street_type(std::string_view word) {
  if (!word.empty() && word.back() == '.') word.remove_suffix(1);
  return is_one_of(word, kTypes);
}

bool is_street_word(std::string_view word) {
  return std::any_of(kEndings.begin(), kEndings.end(), [&](std::string_view ending) {
    return word.size() > ending.size() + 2 && begins_with(word, word.size() - ending.size(), ending);
  });
}

bool begins_street(std::string_view word) { return is_one_of(word, kBeginnings); }
bool is_dwelling(std::string_view word) { return is_one_of(word, kDwellings); }
bool is_us_state(std::string_view code) { return code.size() == 2 && is_listed(code, kStates); }
bool is_uk_postcode_area(std::string_view letters) { return !letters.empty() && is_listed(letters, kAreas); }

}  // namespace llmops::data::pii
