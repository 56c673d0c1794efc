// Pseudonyms: consistent, of the same type, and decided by the key.
#include "data/pii/pseudonym.h"

#include <set>

#include "data/pii/fake_values.h"
#include "data/pii/keyed_draw.h"
#include "data/pii/pii_policy.h"
#include "support/catch.h"

namespace llmops::data {
namespace {

std::string hex_of(std::string_view bytes) {
  std::string hex;
  for (const char c : bytes) {
    hex += "0123456789abcdef"[static_cast<unsigned char>(c) >> 4];
    hex += "0123456789abcdef"[static_cast<unsigned char>(c) & 15];
  }
  return hex;
}

TEST_CASE("HMAC-SHA256 of RFC 4231", "[data]") {
  CHECK(hex_of(pii::hmac_sha256(std::string(20, '\x0b'), "Hi There")) ==
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  CHECK(hex_of(pii::hmac_sha256("Jefe", "what do ya want for nothing?")) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  CHECK(hex_of(pii::hmac_sha256(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First")) ==
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

struct Value {
  PiiType type;
  const char* before;  ///< words that it needs to be found
  const char* text;
};
const Value kValues[] = {
    {PiiType::kEmail, "", "ada.quill+x@mail.example.net"},
    {PiiType::kEmail, "", "ben at example dot com"},
    {PiiType::kPhone, "", "+44 20 7946 0123"},
    {PiiType::kPhone, "", "(212) 555-0187 ext. 12"},
    {PiiType::kPhone, "", "206-555-0142"},
    {PiiType::kPhone, "", "001-748-088-2851"},
    {PiiType::kPhone, "fax: ", "089 72 63 41"},
    {PiiType::kPhone, "", "01.23.45.67.89"},
    {PiiType::kPhone, "call ", "539-3028"},
    {PiiType::kIp, "", "192.168.10.4"},
    {PiiType::kIp, "", "fe80::1ff:fe23:4567:890a"},
    {PiiType::kCard, "", "4111 1111 1111 1111"},
    {PiiType::kCard, "", "378282246310005"},
    {PiiType::kCard, "", "30569309025904"},
    {PiiType::kIban, "", "GB82 WEST 1234 5698 7654 32"},
    {PiiType::kIban, "", "de89370400440532013000"},
    {PiiType::kSecret, "", "AKIAIOSFODNN7EXAMPLE"},
    {PiiType::kSecret, "", "ghp_a1b2c3d4e5f6g7h8i9j0a1b2c3d4e5f6g7h8"},
    {PiiType::kSecret, "password = ", "hunter2hunter9"},
    {PiiType::kSecret, "", "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg\n-----END PRIVATE KEY-----"},
    {PiiType::kNationalId, "SSN ", "536-22-8741"},
    {PiiType::kNationalId, "", "11010519491231002X"},
    {PiiType::kNationalId, "", "RCCMNL83S18D969H"},
    {PiiType::kNationalId, "", "390.533.447-05"},
    {PiiType::kNationalId, "", "2 55 08 14 168 025 38"},
    {PiiType::kNationalId, "Steuer-ID ", "36 574 261 809"},
    {PiiType::kNationalId, "passport ", "C01X00T47"},
    {PiiType::kName, "", "Anna Larsson"},
    {PiiType::kName, "", "Ludwig van der Berg"},
    {PiiType::kName, "Dr. ", "Xyzzy"},
    {PiiType::kAddress, "", "12 Baker Street"},
    {PiiType::kAddress, "", "Hauptstra\u00DFe 12"},
    {PiiType::kAddress, "", "Springfield, IL 62704"},
    {PiiType::kAddress, "", "SW1A 1AA"},
    {PiiType::kDateOfBirth, "born ", "12/31/1970"},
    {PiiType::kDateOfBirth, "born ", "31 December 1970"},
    {PiiType::kCrypto, "", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"},
    {PiiType::kCrypto, "", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"},
    {PiiType::kCrypto, "", "0xde0B295669a9FD93d5F28D9Ec85E40f4cb697BAe"},
    {PiiType::kDeviceId, "", "b8-27-eb-12-34-56"},
    {PiiType::kDeviceId, "IMEI ", "49-015420-323751-8"},
};

TEST_CASE("a pseudonym is of the same type and found again, whatever the key", "[data]") {
  for (const Value& value : kValues) {
    for (int key = 0; key < 40; ++key) {
      const std::string fake = pseudonym(value.type, value.text, std::to_string(key));
      const std::string text = std::string("so ") + value.before + fake + " ok";
      CAPTURE(value.text, fake);
      CHECK(fake != value.text);
      const auto spans = find_pii(text, all_pii());
      REQUIRE(spans.size() == 1);
      CHECK(spans[0].type == value.type);
      CHECK(text.substr(spans[0].begin, spans[0].end - spans[0].begin) == fake);
    }
  }
}

TEST_CASE("equal values have one pseudonym in all their spellings, and another key another", "[data]") {
  const auto same = [](PiiType type, const char* a, const char* b) {
    return pii::digits_of(pseudonym(type, a, "k")) == pii::digits_of(pseudonym(type, b, "k"));
  };
  CHECK(pseudonym(PiiType::kEmail, "Ada@Example.NET", "k") == pseudonym(PiiType::kEmail, "ada@example.net", "k"));
  CHECK(same(PiiType::kCard, "4111 1111 1111 1111", "4111111111111111"));
  CHECK(same(PiiType::kIban, "GB82 WEST 1234 5698 7654 32", "GB82WEST12345698765432"));
  CHECK(same(PiiType::kPhone, "+1 (212) 664-0187", "+1.212.664.0187"));
  const std::string full = pseudonym(PiiType::kName, "Anna Larsson", "k"),
                    last = pseudonym(PiiType::kName, "Larsson", "k");
  CHECK(full.substr(full.size() - last.size()) == last);
  for (const Value& value : kValues) {
    CAPTURE(value.text);
    std::set<std::string> seen;
    for (int key = 0; key < 20; ++key) seen.insert(pseudonym(value.type, value.text, std::to_string(key)));
    CHECK(seen.size() > 10);
    CHECK(pseudonym(value.type, value.text, "k") == pseudonym(value.type, value.text, "k"));
  }
}

TEST_CASE("pseudonyms come from ranges that are nobody's", "[data]") {
  CHECK(pseudonym(PiiType::kPhone, "206-664-0142", "k").substr(4, 6) == "555-01");
  CHECK(pseudonym(PiiType::kIp, "8.8.4.4", "k").substr(0, 10) == "203.0.113.");
  CHECK(pseudonym(PiiType::kIp, "fe80::1ff:fe23:4567:890a", "k").substr(0, 10) == "2001:db8::");
  CHECK(pseudonym(PiiType::kCard, "5500-0055-5555-5559", "k").substr(0, 7) == "4000-00");
  CHECK(pseudonym(PiiType::kNationalId, "536-22-8741", "k")[0] == '9');
  CHECK(pseudonym(PiiType::kEmail, "a@b.org", "k").find("@example.") != std::string::npos);
}

}  // namespace
}  // namespace llmops::data
