// Personal data: what is found, and what only looks like it.
#include "data/pii/pii.h"

#include <ctime>

#include "support/catch.h"
#include "text/utf8.h"

namespace llmops::data {
namespace {

std::string redact(const std::string& text) {
  Counts counts;
  return redact_pii(text, default_pii(), counts);
}

std::string redact_only(PiiType type, const std::string& text) {
  Counts counts;
  return redact_pii(text, pii_bit(type), counts);
}

TEST_CASE("personal data is replaced by its type", "[data]") {
  struct Case {
    const char* text;
    const char* redacted;
  };
  const Case cases[] = {
      {"Write to ada.quill+x@mail.example.net, please.", "Write to [EMAIL], please."},
      {"<ben@example.com>; (carla@example.org)", "<[EMAIL]>; ([EMAIL])"},
      {"call +44 20 7946 0123 or 206-555-0142.", "call [PHONE] or [PHONE]."},
      {"+1 (212) 555-0187 ext. 12", "[PHONE]"},
      {"(978)645-9740x11144 and 001-748-088-2851", "[PHONE] and [PHONE]"},
      {"Tel 4155550134", "Tel [PHONE]"},
      {"fax: 089 72 63 41", "fax: [PHONE]"},
      {"Office\\,001-204-821-0538x16944-Fax", "Office\\,[PHONE]-Fax"},
      {"01.23.45.67.89 in Paris", "[PHONE] in Paris"},
      {"call 555 0134 77 2 times", "call [PHONE] 2 times"},
      {"from 192.168.10.4, port 80", "from [IP], port 80"},
      {"host fe80::1ff:fe23:4567:890a.", "host [IP]."},
      {"card 4111 1111 1111 1111 ok", "card [CARD] ok"},
      {"card 5500-0055-5555-5559", "card [CARD]"},
      {"IBAN GB82 WEST 1234 5698 7654 32 please", "IBAN [IBAN] please"},
      {"de89370400440532013000", "[IBAN]"},
      {"key AKIAIOSFODNN7EXAMPLE here", "key [SECRET] here"},
      {"password = hunter2hunter2", "password = [SECRET]"},
      {"token: \"abc123def456\"", "token: \"[SECRET]\""},
      {"my SSN is 536-22-8741.", "my SSN is [NATIONAL_ID]."},
      {"4111 1111 1111 1111 12 items", "[CARD] 12 items"},
      {"-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\nend", "[SECRET]\nend"},
  };
  for (const Case& each : cases) {
    CAPTURE(each.text);
    CHECK(redact(each.text) == each.redacted);
  }
}

TEST_CASE("what only looks like personal data stays", "[data]") {
  for (const char* text : {"an @ sign, a@b, @name, user@localhost, x@1.2",
                           "on 2024-03-11 and 11.03.2024 and 3/11/2024",
                           "in 1914-1918",
                           "zip 12345-6789",
                           "SSN 078-05-1120",
                           "pi is 3.14159265358",
                           "1 000 000 people",
                           "version 1.2.3",
                           "at 12:30:45",
                           "std::vector a::b",
                           "card 4111 1111 1111 1112",
                           "number 0000000000000000",
                           "on 1993-08-24 01:26:53",
                           "Apt. 338 32 216",
                           "in 1806 . 300 metres",
                           "vol. 114 (2001)",
                           "1250-900",
                           "he paid 2400-1100-700",
                           "3000 - 2920 is 80",
                           "23786-17509",
                           "180-85-3600=12",
                           "$1234567",
                           "order #12345678",
                           "password: required",
                           "the token is long",
                           "T-0012345678",
                           "300.1.2.3 999",
                           "sku 12-34",
                           "id 550e8400-e29b-41d4-a716-446655440000"}) {
    CAPTURE(text);
    CHECK(redact(text) == text);
  }
}

TEST_CASE("e-mail addresses of other scripts and as they are hidden from harvesters", "[data]") {
  struct Case {
    const char* text;
    const char* redacted;
  };
  for (const Case& each :
       {Case{"j\u00F3zef@example.pl ok", "[EMAIL] ok"},
        Case{"\u043F\u043E\u0447\u0442\u0430@\u043F\u0440\u0438\u043C\u0435\u0440.\u0440\u0444!", "[EMAIL]!"},
        Case{"at ben@xn--mnchen-3ya.de", "at [EMAIL]"},
        Case{"\u8BF7\u8054\u7CFBabc@example.com\u8C22\u8C22", "\u8BF7\u8054\u7CFB[EMAIL]\u8C22\u8C22"},
        Case{"write to ben.ray (at) example.com now", "write to [EMAIL] now"},
        Case{"ben [at] example [dot] co [dot] uk", "[EMAIL]"}, Case{"ben at example dot com", "[EMAIL]"},
        Case{"meet at noon, dot the i", "meet at noon, dot the i"}, Case{"icon@2x.png", "icon@2x.png"}}) {
    CAPTURE(each.text);
    CHECK(redact_only(PiiType::kEmail, each.text) == each.redacted);
  }
}

TEST_CASE("IP addresses in their forms, and version numbers", "[data]") {
  for (const char* address : {"2001:db8::8a2e:370:7334", "::ffff:192.168.10.4", "fe80::1ff:fe23:4567:890a%eth0",
                              "2001:DB8:0:0:8:800:200C:417A", "203.0.113.77", "10.0.0.1", "64:ff9b::192.0.2.33"}) {
    CAPTURE(address);
    CHECK(redact_only(PiiType::kIp, std::string("host ") + address + ", up") == "host [IP], up");
  }
  CHECK(redact_only(PiiType::kIp, "IPv6:2001:db8::1ff and [2001:db8::abcd]:443") == "IPv6:[IP] and [[IP]]:443");
  for (const char* text : {"version 10.14.6.1", "v1.2.3.4", "see 2.1.3.4", "0.9.8.1", "release 122.0.6261.94",
                           "a.b::c 1:2:3", "std::abs12::def", "1.2.3.4.5", "300.1.1.1", "01.02.03.04", "12:30:45:10"}) {
    CAPTURE(text);
    CHECK(redact_only(PiiType::kIp, text) == text);
  }
}

TEST_CASE("dates of birth need a word that says so", "[data]") {
  for (const char* date : {"12/31/1970", "1970-12-31", "31.12.1970", "31 December 1970", "31st of Dec. 1970",
                           "December 31, 1970", "3. Mai 1968"}) {
    CAPTURE(date);
    CHECK(redact_only(PiiType::kDateOfBirth, std::string("born on ") + date + ".") == "born on [DATE_OF_BIRTH].");
    CHECK(redact_only(PiiType::kDateOfBirth, std::string("signed on ") + date) == std::string("signed on ") + date);
  }
  CHECK(redact_only(PiiType::kDateOfBirth, "DOB: 1/2/03, in 1990") == "DOB: [DATE_OF_BIRTH], in 1990");
  CHECK(redact_only(PiiType::kDateOfBirth, "airborne 1/2/2003") == "airborne 1/2/2003");
}

TEST_CASE("devices and wallets", "[data]") {
  CHECK(redact_only(PiiType::kDeviceId, "mac 00:1A:2b:3C:4d:5E, b8-27-eb-12-34-56") == "mac [DEVICE_ID], [DEVICE_ID]");
  CHECK(redact_only(PiiType::kDeviceId, "IMEI: 49-015420-323751-8") == "IMEI: [DEVICE_ID]");
  for (const char* text :
       {"490154203237518", "ff:ff:ff:ff:ff:ff", "00:1a:2b:3c:4d:5e:6f", "12:30:45", "IMEI 490154203237519"}) {
    CAPTURE(text);
    CHECK(redact_only(PiiType::kDeviceId, text) == text);
  }
  CHECK(
      redact_only(
          PiiType::kCrypto,
          "to 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa and bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0") ==
      "to [CRYPTO] and [CRYPTO]");
  CHECK(redact_only(PiiType::kCrypto, "0xde0B295669a9FD93d5F28D9Ec85E40f4cb697BAe") == "[CRYPTO]");
  const std::string typo = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb";
  CHECK(redact_only(PiiType::kCrypto, typo) == typo);
}

TEST_CASE("counts name the types, and types that are off are not looked for", "[data]") {
  Counts counts;
  const std::string text = "a@example.com b@example.com 192.168.1.77";
  CHECK(redact_pii(text, pii_bit(PiiType::kEmail), counts) == "[EMAIL] [EMAIL] 192.168.1.77");
  CHECK(counts == Counts{{"email", 2}});
  CHECK(redact_pii(text, 0, counts) == text);
}

// Pieces that scanners look at, put together at random.
std::string random_text(std::uint32_t& state, int pieces) {
  static const char* const kPieces[] = {"4111 1111 1111 1111",
                                        "+44 20 7946 0123",
                                        "536-22-8741",
                                        "a@b.org",
                                        " at ",
                                        " dot com",
                                        "(at)",
                                        "192.168.1.77",
                                        "::1f",
                                        "fe80::1:",
                                        "password=",
                                        "hunter22x",
                                        "AKIAIOSFODNN7EXAMPLE",
                                        "-----BEGIN RSA PRIVATE KEY-----",
                                        "://u:p4ss@",
                                        "SSN ",
                                        "passport ",
                                        "born ",
                                        "12/31/1970",
                                        "12 Baker Street",
                                        "Apt. 5",
                                        "\n",
                                        "IL 62704",
                                        "SW1A 1AA",
                                        "my name is ",
                                        "Dr. ",
                                        "Will",
                                        "Müller",
                                        "van ",
                                        "J.",
                                        "John",
                                        "[EMAIL]",
                                        "[PHONE] ",
                                        "[",
                                        "]",
                                        "é",
                                        "日本",
                                        "\xF0\x9F\x98\x80",
                                        "0",
                                        "12",
                                        "345 ",
                                        " ",
                                        ".",
                                        "-",
                                        "/",
                                        ":",
                                        "=",
                                        "+",
                                        "@",
                                        "x",
                                        "GB82 WEST 1234 5698 7654 32",
                                        "00:1A:2b:3C:4d:5E",
                                        "0x",
                                        "call ",
                                        "Ä",
                                        "\xE2\x80\x99s",
                                        "'s"};
  std::string text;
  for (int i = 0; i < pieces; ++i) {
    state = state * 1664525 + 1013904223;
    text += kPieces[(state >> 16) % std::size(kPieces)];
  }
  return text;
}

bool begins_character(const std::string& text, std::size_t at) {
  return at == text.size() || (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80;
}

void require_ordered(const std::string& text, bool whole_characters) {
  std::size_t end = 0;
  for (const PiiSpan& span : find_pii(text, all_pii())) {
    const bool ordered = span.begin >= end && span.end > span.begin && span.end <= text.size();
    if (!ordered || (whole_characters && !(begins_character(text, span.begin) && begins_character(text, span.end)))) {
      CAPTURE(text, pii_name(span.type), span.begin, span.end, end);  // here alone: a copy of the text for each span
      FAIL("a span is out of order, or cuts a character");
    }
    end = span.end;
  }
}

TEST_CASE("spans are in order, and cut no character", "[data]") {
  std::uint32_t state = 7;
  for (int round = 0; round < 20000; ++round) {
    const std::string text = random_text(state, 1 + round % 12);
    REQUIRE(text::utf8_valid(text));
    require_ordered(text, true);
  }
}

TEST_CASE("bytes of no meaning are searched without harm", "[data]") {
  std::uint32_t state = 11;
  for (int round = 0; round < 20000; ++round) {
    std::string text;
    for (int i = 0; i < round % 80; ++i) {
      state = state * 1664525 + 1013904223;
      text += static_cast<char>(state >> 24);
    }
    require_ordered(text, false);
    std::string cut = random_text(state, 6);  // characters cut in two
    cut.resize(cut.size() * (state >> 16 & 0xff) / 256);
    require_ordered(cut, false);
  }
}

TEST_CASE("redacting twice changes nothing", "[data]") {
  std::uint32_t state = 13;
  for (int round = 0; round < 10000; ++round) {
    const std::string text = random_text(state, 1 + round % 14);
    Counts counts, none;
    const std::string once = redact_pii(text, all_pii(), counts);
    CAPTURE(text, once);
    REQUIRE(redact_pii(once, all_pii(), none) == once);
    REQUIRE(none.empty());
  }
}

TEST_CASE("long lines of one character take no quadratic time", "[data]") {
  for (const char* piece : {"1", "1 ", "a", "a@", ":", "1.", "A ", "A", "-----BEGIN ", "x=", "\xC3\x89", "(at)",
                            " dot ", "Apt. 5\n", "1:a"}) {
    std::string text;
    while (text.size() < (1 << 18)) text += piece;
    CAPTURE(piece);
    const std::clock_t start = std::clock();
    require_ordered(text, true);
    CHECK(std::clock() - start < 20 * CLOCKS_PER_SEC);  // under sanitizers too; a quadratic scanner takes an hour
  }
}

}  // namespace
}  // namespace llmops::data
