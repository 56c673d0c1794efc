#include "data/pii/secret_forms.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "data/pii/scan_text.h"

namespace llmops::data::pii {

namespace {

using namespace std::string_view_literals;

// What may follow a prefix.
enum class Alphabet { kUpper, kWord, kHex };

struct Prefix {
  std::string_view text;
  std::size_t least;  ///< characters that must follow
  Alphabet alphabet = Alphabet::kWord;
};

// From the issuers' documentation. "sk-" is shared by OpenAI, Anthropic ("sk-ant-") and others.
constexpr Prefix kPrefixes[] = {
    {"AKIA", 16, Alphabet::kUpper},     // Amazon
    {"ASIA", 16, Alphabet::kUpper},     //
    {"ABIA", 16, Alphabet::kUpper},     //
    {"AGE-SECRET-KEY-1", 50},           // age
    {"AIza", 30},                       // Google
    {"GOCSPX-", 20},                    //
    {"ya29.", 30},                      //
    {"SG.", 40},                        // SendGrid
    {"SK", 32, Alphabet::kHex},         // Twilio
    {"dapi", 32, Alphabet::kHex},       // Databricks
    {"dckr_pat_", 20},                  // Docker
    {"dop_v1_", 60, Alphabet::kHex},    // DigitalOcean
    {"eyJ", 60},                        // JSON web tokens
    {"ghp_", 30},                       // GitHub
    {"gho_", 30},                       //
    {"ghu_", 30},                       //
    {"ghs_", 30},                       //
    {"ghr_", 30},                       //
    {"github_pat_", 40},                //
    {"glpat-", 20},                     // GitLab
    {"gldt-", 20},                      //
    {"glrt-", 20},                      //
    {"gsk_", 40},                       // Groq
    {"hf_", 30},                        // Hugging Face
    {"hooks.slack.com/services/", 20},  // Slack
    {"hvs.", 60},                       // Vault
    {"lin_api_", 32},                   // Linear
    {"npm_", 30},                       // npm
    {"ntn_", 40},                       // Notion
    {"pplx-", 40},                      // Perplexity
    {"pypi-AgE", 30},                   // PyPI
    {"r8_", 36},                        // Replicate
    {"rk_live_", 20},                   // Stripe
    {"rk_test_", 20},                   //
    {"shpat_", 32, Alphabet::kHex},     // Shopify
    {"sk-", 20},                        //
    {"sk_live_", 20},                   // Stripe
    {"sk_test_", 20},                   //
    {"sq0atp-", 20},                    // Square
    {"sq0csp-", 40},                    //
    {"whsec_", 30},                     // Stripe
    {"xai-", 60},                       // xAI
    {"xapp-", 30},                      // Slack
    {"xoxa-", 20},                      //
    {"xoxb-", 20},                      //
    {"xoxp-", 20},                      //
    {"xoxr-", 20},                      //
    {"xoxs-", 20},                      //
};

bool in_alphabet(char c, Alphabet alphabet) {
  if (alphabet == Alphabet::kUpper) return is_digit(c) || is_upper(c);
  return alphabet == Alphabet::kHex ? is_hex(c) : is_alnum(c) || c == '_' || c == '-';
}

bool has_digit(std::string_view text) { return std::any_of(text.begin(), text.end(), is_digit); }
bool has_letter(std::string_view text) { return std::any_of(text.begin(), text.end(), is_letter); }

// Of one alphabet up to the least length; what is left of the token belongs to it.
bool follows(std::string_view rest, const Prefix& prefix) {
  if (rest.size() < prefix.least) return false;
  const char last = prefix.text.back();  // parts of the key are joined by dots (web tokens) or slashes (web hooks)
  const char joint = last == '/' ? '/' : last == '.' || last == 'J' ? '.' : '_';
  const std::string_view key = rest.substr(0, prefix.least);
  return std::all_of(key.begin(), key.end(), [&](char c) { return in_alphabet(c, prefix.alphabet) || c == joint; });
}

constexpr std::array kSecretNames = {
    "password"sv,   "passwd"sv,     "passphrase"sv, "passwort"sv,       "secret"sv,  "apikey"sv,
    "accesskey"sv,  "accountkey"sv, "authtoken"sv,  "accesstoken"sv,    "token"sv,   "privatekey"sv,
    "credential"sv, "sharedkey"sv,  "signingkey"sv, "encryptionkey"sv,  "authkey"sv, "pwd"sv,
    "contrasena"sv, "motdepasse"sv, "sessionkey"sv, "accesssignature"sv};

}  // namespace

std::size_t known_secret(std::string_view token) {
  for (const Prefix& prefix : kPrefixes) {
    if (token.substr(0, prefix.text.size()) != prefix.text) continue;
    const std::string_view rest = token.substr(prefix.text.size());
    if (has_digit(rest) && follows(rest, prefix)) return token.size();
  }
  return 0;
}

std::size_t secret_prefix(std::string_view token) {
  std::size_t longest = 0;
  for (const Prefix& prefix : kPrefixes) {
    if (token.substr(0, prefix.text.size()) == prefix.text) longest = std::max(longest, prefix.text.size());
  }
  return longest;
}

bool names_secret(std::string_view name) {
  // Compared without case and joints, at the end of the name: "DB_PASSWORD", "apiKey", "access-token".
  std::array<char, 40> letters{};
  std::size_t size = 0;
  for (const char c : name.substr(name.size() - std::min(name.size(), letters.size()))) {
    if (is_alnum(c)) letters[size++] = lower(c);
  }
  const std::string_view joined(letters.data(), size);
  return std::any_of(kSecretNames.begin(), kSecretNames.end(), [&](std::string_view secret) {
    return joined.size() >= secret.size() && joined.substr(joined.size() - secret.size()) == secret;
  });
}

bool looks_random(std::string_view value) {
  if (value.size() < 8 || !has_digit(value) || !has_letter(value)) return false;
  std::array<std::uint32_t, 256> counts{};
  for (const char c : value) ++counts[static_cast<unsigned char>(c)];
  double bits = 0;
  for (const std::uint32_t count : counts) {
    const double share = static_cast<double>(count) / static_cast<double>(value.size());
    if (count > 0) bits -= share * std::log2(share);
  }
  return bits > 2.5;
}

}  // namespace llmops::data::pii
