// Personal data: what is found, and what only looks like it.
#include "data/pii/pii.h"

#include <cstdlib>
#include <fstream>

#include "core/json.h"
#include "support/catch.h"

namespace llmops::data {
namespace {

std::string redact(const std::string& text) {
  Counts counts;
  return redact_pii(text, all_pii(), counts);
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

TEST_CASE("counts name the types, and types that are off are not looked for", "[data]") {
  Counts counts;
  const std::string text = "a@example.com b@example.com 192.168.1.77";
  CHECK(redact_pii(text, pii_bit(PiiType::kEmail), counts) == "[EMAIL] [EMAIL] 192.168.1.77");
  CHECK(counts == Counts{{"email", 2}});
  CHECK(redact_pii(text, 0, counts) == text);
}

TEST_CASE("spans never overlap, whatever the bytes", "[data]") {
  std::uint32_t state = 7;
  const std::string alphabet = "0123456789 -.()+@:/abGBxX\xC3\xA9\"=";
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    for (int i = 0; i < 60; ++i) {
      state = state * 1664525 + 1013904223;
      text += alphabet[(state >> 16) % alphabet.size()];
    }
    std::size_t end = 0;
    for (const PiiSpan& span : find_pii(text, all_pii())) {
      REQUIRE(span.begin >= end);
      REQUIRE(span.end > span.begin);
      REQUIRE(span.end <= text.size());
      end = span.end;
    }
  }
}

// Figures on labelled texts (presidio-research's generated_large.json), where LLMOPS_TEST_PII names the file.
TEST_CASE("precision and recall on labelled texts", "[data]") {
  const char* path = std::getenv("LLMOPS_TEST_PII");
  if (path == nullptr) {
    WARN("skipped: LLMOPS_TEST_PII does not name a file of labelled texts");
    return;
  }
  const std::map<std::string, PiiType> types = {{"EMAIL_ADDRESS", PiiType::kEmail},
                                                {"PHONE_NUMBER", PiiType::kPhone},
                                                {"IP_ADDRESS", PiiType::kIp},
                                                {"CREDIT_CARD", PiiType::kCard},
                                                {"IBAN_CODE", PiiType::kIban}};
  std::map<PiiType, std::array<int, 3>> found;  // true positives, found, labelled
  for (const Json& row : read_json_file(path)) {
    const auto text = row["full_text"].get<std::string>();
    std::vector<std::pair<PiiType, std::string>> labelled;
    for (const Json& span : row["spans"]) {
      const auto type = types.find(span["entity_type"].get<std::string>());
      if (type != types.end()) labelled.emplace_back(type->second, span["entity_value"].get<std::string>());
    }
    for (const auto& [type, value] : labelled) ++found[type][2];
    for (const PiiSpan& span : find_pii(text, all_pii() & ~pii_bit(PiiType::kSecret))) {
      ++found[span.type][1];
      const std::string value = text.substr(span.begin, span.end - span.begin);
      const auto match = std::find(labelled.begin(), labelled.end(), std::pair(span.type, value));
      if (match == labelled.end()) {
        UNSCOPED_INFO("wrong " << pii_name(span.type) << ": " << value << " in " << text);
        continue;
      }
      ++found[span.type][0];
      labelled.erase(match);
    }
    for (const auto& [type, value] : labelled)
      UNSCOPED_INFO("missed " << pii_name(type) << ": " << value << " in " << text);
  }
  for (const auto& [type, counts] : found) {
    const auto [good, all, labelled] = counts;
    const double precision = double(good) / all, recall = double(good) / labelled;
    WARN(pii_name(type) << ": precision " << precision << ", recall " << recall << " (" << labelled << " labelled)");
    CHECK(precision >= (type == PiiType::kPhone ? 0.9 : 0.95));
    CHECK(recall >= (type == PiiType::kPhone ? 0.85 : 0.95));
  }
}

}  // namespace
}  // namespace llmops::data
