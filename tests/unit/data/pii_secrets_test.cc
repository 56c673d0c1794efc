// Keys and passwords: the issuers' forms, and values under telling names. All are made up.
#include "data/pii/pii.h"
#include "data/pii/secret_forms.h"
#include "support/catch.h"

namespace llmops::data {
namespace {

std::string redact(const std::string& text) {
  Counts counts;
  return redact_pii(text, pii_bit(PiiType::kSecret), counts);
}

std::string repeat(std::string_view piece, std::size_t size) {
  std::string text;
  while (text.size() < size) text += piece;
  text.resize(size);
  return text;
}

TEST_CASE("tokens are known by their issuers' prefixes", "[data]") {
  const std::string word = repeat("aB3dE6gH9", 90), hex = repeat("0a1b2c3d4e5f", 64);
  for (const std::string& token :
       {std::string("AKIAIOSFODNN7EXAMPLE"), "ASIA" + repeat("A1B2", 16), "ghp_" + word.substr(0, 36),
        "github_pat_" + word.substr(0, 60), "glpat-" + word.substr(0, 20), "xoxb-" + word.substr(0, 40),
        "sk_live_" + word.substr(0, 24), "rk_live_" + word.substr(0, 24), "sk-proj-" + word.substr(0, 48),
        "sk-ant-api03-" + word.substr(0, 60), "AIza" + word.substr(0, 35), "hf_" + word.substr(0, 34),
        "npm_" + word.substr(0, 36), "pypi-AgE" + word.substr(0, 60), "SK" + hex.substr(0, 32), "dop_v1_" + hex,
        "eyJ" + word.substr(0, 40) + ".eyJ" + word.substr(0, 40) + "." + word.substr(0, 43),
        "GOCSPX-" + word.substr(0, 28), "hooks.slack.com/services/T0A1B2C3D/B0A1B2C3D/" + word.substr(0, 24)}) {
    CAPTURE(token);
    CHECK(redact("use " + token + ", please") == "use [SECRET], please");
    CHECK(redact("'" + token + "'") == "'[SECRET]'");
    if (token.find('.') == std::string::npos) CHECK(redact("x" + token) == "x" + token);
    CHECK(redact(token.substr(0, 12)) == token.substr(0, 12));
  }
}

TEST_CASE("values are secret under telling names when they look random", "[data]") {
  CHECK(redact("DB_PASSWORD=hunter2hunter9") == "DB_PASSWORD=[SECRET]");
  CHECK(redact("{\"apiKey\": \"a1b2c3d4e5f6\"}") == "{\"apiKey\": \"[SECRET]\"}");
  CHECK(redact("AccountName=x;AccountKey=a1b2c3d4e5f6g7==;Suffix=y") == "AccountName=x;AccountKey=[SECRET];Suffix=y");
  CHECK(redact("aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY") ==
        "aws_secret_access_key = [SECRET]");
  CHECK(redact("Authorization: Bearer a1b2c3d4e5f6") == "Authorization: Bearer [SECRET]");
  CHECK(redact("my password is hunter2x9.") == "my password is [SECRET].");
  CHECK(redact("postgres://ada:s3cr3t@db.example.com/x") == "postgres://[SECRET]@db.example.com/x");
  for (const char* text :
       {"password: required", "password = <your password1>", "token: ${TOKEN_2024}", "password=11112222",
        "password: aaaaaaa1", "secret: get_secret1()", "key: abc123def456", "the token is version2",
        "password: your_password1", "https://example.com:8080/@me", "sk-learn-is-a-long-name-without-digits"}) {
    CAPTURE(text);
    CHECK(redact(text) == text);
  }
}

TEST_CASE("a key block ends where it says, or with the text", "[data]") {
  CHECK(redact("a\n-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n-----END OPENSSH PRIVATE KEY-----\nb") ==
        "a\n[SECRET]\nb");
  CHECK(redact("a -----BEGIN PRIVATE KEY----- b3Bl") == "a [SECRET]");
  const std::string shared = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----";
  CHECK(redact(shared) == shared);
}

TEST_CASE("a value looks random above two and a half bits a character", "[data]") {
  CHECK(pii::looks_random("hunter2x9"));
  CHECK_FALSE(pii::looks_random("aaaabbb1"));
  CHECK_FALSE(pii::looks_random("hunter2"));
  CHECK_FALSE(pii::looks_random("letters-only"));
  CHECK(pii::names_secret("X-API-KEY"));
  CHECK_FALSE(pii::names_secret("tokenizer"));
  CHECK_FALSE(pii::names_secret(""));
}

}  // namespace
}  // namespace llmops::data
