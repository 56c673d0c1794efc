// Text with a tell-tale form: e-mail addresses, and keys, tokens and passwords.
#include <algorithm>
#include <cctype>
#include <tuple>

#include "data/pii/pii_scanners.h"

namespace llmops::data::pii {

namespace {

bool in_local_part(char c) {
  return is_alnum(c) || std::string_view("!#$%&'*+/=?^_`{|}~.-").find(c) != std::string_view::npos;
}

// Digits and letters of other scripts are bytes above 127; internationalised domains are taken as they stand.
bool in_domain(char c) { return is_alnum(c) || c == '-' || c == '.' || static_cast<unsigned char>(c) >= 0x80; }

std::size_t domain_end(std::string_view text, std::size_t begin) {
  std::size_t end = begin;
  while (end < text.size() && in_domain(text[end]) && end - begin < 253) ++end;
  while (end > begin && (text[end - 1] == '.' || text[end - 1] == '-')) --end;
  const std::string_view domain = text.substr(begin, end - begin);
  const std::size_t dot = domain.rfind('.');
  if (dot == std::string_view::npos || dot == 0 || domain.size() - dot - 1 < 2 || is_digit(domain.back())) return 0;
  return domain.find("..") == std::string_view::npos ? end : 0;
}

bool in_token(char c) { return is_alnum(c) || c == '_' || c == '-' || c == '.' || c == '/' || c == '+' || c == '='; }

struct Prefix {
  std::string_view text;
  std::size_t least;  ///< characters that must follow
};
// The prefixes that the issuers document for their keys.
constexpr Prefix kPrefixes[] = {
    {"AKIA", 16},   {"ASIA", 16}, {"ghp_", 30},     {"gho_", 30},     {"ghs_", 30},  {"github_pat_", 40},
    {"glpat-", 20}, {"sk-", 20},  {"sk_live_", 20}, {"rk_live_", 20}, {"xoxb-", 20}, {"xoxp-", 20},
    {"AIza", 30},   {"hf_", 30},  {"npm_", 30},     {"pypi-AgE", 30}, {"SG.", 40},   {"eyJ", 60},
};
// Names before "=" or ":" whose value is a secret.
constexpr std::string_view kNames[] = {"password", "passwd",       "secret",     "api_key", "apikey",
                                       "api-key",  "access_token", "auth_token", "token",   "private_key"};

std::size_t token_end(std::string_view text, std::size_t begin) {
  std::size_t end = begin;
  while (end < text.size() && in_token(text[end])) ++end;
  while (end > begin && text[end - 1] == '.') --end;
  return end;
}

bool starts_with_name(std::string_view text, std::size_t at_byte, std::string_view name) {
  if (text.size() - at_byte < name.size()) return false;
  return std::equal(name.begin(), name.end(), text.begin() + static_cast<std::ptrdiff_t>(at_byte),
                    [](char a, char b) { return a == std::tolower(static_cast<unsigned char>(b)); });
}

constexpr std::string_view kFirstLetters = "psat";  // of kNames; most words begin with none of them

// `name = "value"`: begin and end of the value, or {0, 0}. Eight characters with a digit and a letter are the least.
std::pair<std::size_t, std::size_t> assigned_value(std::string_view text, std::size_t i) {
  if (kFirstLetters.find(static_cast<char>(text[i] | 0x20)) == std::string_view::npos) return {0, 0};
  for (const std::string_view name : kNames) {
    if (!starts_with_name(text, i, name)) continue;
    std::size_t j = i + name.size();
    while (at(text, j) == '"' || at(text, j) == '\'' || (at(text, j) == ' ' && j < text.size())) ++j;
    if (at(text, j) != '=' && at(text, j) != ':') continue;
    ++j;
    while (j < text.size() && (text[j] == ' ' || text[j] == '"' || text[j] == '\'')) ++j;
    std::size_t end = j;
    while (end < text.size() && static_cast<unsigned char>(text[end]) > ' ' && text[end] != '"' && text[end] != '\'' &&
           text[end] != ',' && text[end] != '<') {
      ++end;
    }
    const std::string_view value = text.substr(j, end - j);
    const bool mixed =
        std::any_of(value.begin(), value.end(), is_digit) && std::any_of(value.begin(), value.end(), is_letter);
    if (value.size() >= 8 && mixed) return {j, end};
  }
  return {0, 0};
}

constexpr std::string_view kKeyBlock = "-----BEGIN ";

std::size_t key_block_end(std::string_view text, std::size_t i) {
  const std::size_t title = text.find("-----", i + kKeyBlock.size());
  if (title == std::string_view::npos || title - i > 64) return 0;
  if (text.substr(i, title - i).find("PRIVATE KEY") == std::string_view::npos) return 0;
  const std::size_t last = text.find("-----END ", title);
  if (last == std::string_view::npos) return text.size();  // cut off: everything after the header is key
  const std::size_t close = text.find("-----", last + 9);
  return close == std::string_view::npos ? text.size() : close + 5;
}

}  // namespace

void find_emails(std::string_view text, std::vector<PiiSpan>& out) {
  std::size_t after = 0;  // no span begins before the end of the last
  for (std::size_t sign = text.find('@'); sign != std::string_view::npos; sign = text.find('@', sign + 1)) {
    std::size_t begin = sign;
    while (begin > after && sign - begin < 64 && in_local_part(text[begin - 1])) --begin;
    // Punctuation of the sentence around the address is not part of it.
    while (begin < sign && !is_alnum(text[begin]) && text[begin] != '_') ++begin;
    const std::size_t end = domain_end(text, sign + 1);
    if (begin == sign || text[sign - 1] == '.' || end == 0) continue;
    out.push_back({PiiType::kEmail, begin, end});
    after = end;
  }
}

void find_secrets(std::string_view text, std::vector<PiiSpan>& out) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i > 0 && is_alnum(text[i - 1])) continue;
    std::size_t begin = i, end = 0;
    if (text[i] == '-' && text.substr(i, kKeyBlock.size()) == kKeyBlock) {
      end = key_block_end(text, i);
    } else if (is_letter(text[i])) {
      for (const Prefix& prefix : kPrefixes) {
        if (text.substr(i, prefix.text.size()) != prefix.text) continue;
        const std::size_t last = token_end(text, i);
        const std::string_view token = text.substr(i, last - i);
        const bool has_digit = std::any_of(token.begin(), token.end(), is_digit);
        if (has_digit && token.size() >= prefix.text.size() + prefix.least) end = std::max(end, last);
      }
      if (end == 0) std::tie(begin, end) = assigned_value(text, i);
    }
    if (end == 0) continue;
    out.push_back({PiiType::kSecret, begin, end});
    i = end - 1;
  }
}

}  // namespace llmops::data::pii
