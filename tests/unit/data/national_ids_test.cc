// Checks of national numbers, accounts, devices and wallets beside python-stdnum (tests/golden/pii/make.py), and the
// words that weak numbers need.
#include <fstream>
#include <functional>
#include <map>
#include <sstream>

#include "data/pii/checksums.h"
#include "data/pii/national_id_rules.h"
#include "data/pii/pii.h"
#include "data/pii/wallet_codes.h"
#include "support/catch.h"

namespace llmops::data {
namespace {

using namespace pii;

bool is_bitcoin(std::string_view text) { return bech32_holds(text) || base58check_decode(text).has_value(); }
bool is_imei(std::string_view text) { return luhn_holds(text); }

TEST_CASE("check digits agree with python-stdnum", "[data]") {
  const std::map<std::string, std::function<bool(std::string_view)>> rules = {
      {"luhn", luhn_holds},
      {"verhoeff", verhoeff_holds},
      {"mod_11_10", mod_11_10_holds},
      {"iban", iban_checksum_holds},
      {"imei", is_imei},
      {"bitcoin", is_bitcoin},
      {"us_ssn", is_us_ssn},
      {"uk_nhs", is_uk_nhs},
      {"german_tax_id", is_german_tax_id},
      {"french_nir", is_french_nir},
      {"spanish_dni", is_spanish_dni},
      {"spanish_nie", is_spanish_dni},
      {"italian_codice", is_italian_codice},
      {"dutch_bsn", is_dutch_bsn},
      {"brazilian_cpf", is_brazilian_cpf},
      {"indian_aadhaar", is_indian_aadhaar},
      {"chinese_id", is_chinese_id},
      {"polish_pesel", is_polish_pesel},
      {"swedish_pnr", is_swedish_pnr},
  };
  std::ifstream file(LLMOPS_SOURCE_DIR "/tests/golden/pii/numbers.tsv");
  std::string kind, number;
  bool valid = false;
  int count = 0;
  while (file >> kind >> number >> valid) {
    CAPTURE(kind, number);
    REQUIRE(rules.count(kind) == 1);
    CHECK(rules.at(kind)(number) == valid);
    ++count;
  }
  CHECK(count == 294);
}

TEST_CASE("Bech32 addresses of BIP 173 and BIP 350", "[data]") {
  CHECK(bech32_constant("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4") == 1);
  CHECK(bech32_constant("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0") == 0x2bc830a3);
  CHECK(bech32_holds("BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4"));
  CHECK_FALSE(bech32_holds("bc1QW508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"));
  for (const char* text : {"", "1", "bc1", "1qqqqqq", "bc1qqqqq\xFFq"}) CHECK_FALSE(bech32_holds(text));
  CHECK(base58check_encode(*base58check_decode("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa")) ==
        "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa");
}

std::string redact(const std::string& text) {
  Counts counts;
  return redact_pii(text, pii_bit(PiiType::kNationalId), counts);
}

TEST_CASE("national ids in the forms they are written in", "[data]") {
  struct Case {
    const char* words;  ///< that the number needs; "" for none
    const char* number;
  };
  for (const Case& each : {Case{"", "536-22-8741"},
                           Case{"social security number ", "536228741"},
                           Case{"SSN: ", "536 22 8741"},
                           Case{"ITIN ", "912-70-1234"},
                           Case{"", "AB 12 34 56 C"},
                           Case{"National Insurance no. ", "AB123456C"},
                           Case{"NHS ", "943 476 5919"},
                           Case{"Steuer-ID ", "36 574 261 809"},
                           Case{"", "2 55 08 14 168 025 38"},
                           Case{"NIR ", "255081416802538"},
                           Case{"DNI ", "54362315K"},
                           Case{"NIE ", "X-2482300-W"},
                           Case{"", "RCCMNL83S18D969H"},
                           Case{"BSN ", "111222333"},
                           Case{"", "390.533.447-05"},
                           Case{"CPF ", "39053344705"},
                           Case{"Aadhaar ", "2341 2341 2346"},
                           Case{"", "11010519491231002X"},
                           Case{"PESEL ", "44051401359"},
                           Case{"personnummer ", "880320-0016"},
                           Case{"", "19880320-0016"},
                           Case{"passport number ", "C01X00T47"},
                           Case{"driver's license number is ", "LH329609T"}}) {
    const std::string number = each.number, words = each.words;
    CAPTURE(words, number);
    CHECK(redact("my " + words + number + ".") == "my " + words + "[NATIONAL_ID].");
    if (!words.empty()) CHECK(redact("item " + number + ".") == "item " + number + ".");
    if (words[0] == 'd' || words[0] == 'p') continue;  // these have no form that something longer would break
    CHECK(redact("my " + words + "x" + number + "99z") ==
          "my " + words + "x" + number + "99z");  // part of something else
  }
}

TEST_CASE("words behind a number count on its line, and labels never do", "[data]") {
  CHECK(redact("536228741 is my SSN") == "[NATIONAL_ID] is my SSN");
  CHECK(redact("536228741\nmy SSN") == "536228741\nmy SSN");
  CHECK(redact("180-85-3600=12") == "180-85-3600=12");
  CHECK(redact("born 078-05-1120, 000-12-3456, 666-12-3456, 536-00-8741, 536-22-0000") ==
        "born 078-05-1120, 000-12-3456, 666-12-3456, 536-00-8741, 536-22-0000");
}

}  // namespace
}  // namespace llmops::data
