// Hosts and schemes, character by character.
#include "data/rules/urls.h"

#include <algorithm>

namespace llmops::data {

namespace {

bool is_small(char c) { return c >= 'a' && c <= 'z'; }
bool is_alnum(char c) { return is_small(c) || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

bool is_host_byte(char c) { return is_alnum(c) || c == '-' || c == '_' || static_cast<unsigned char>(c) >= 0x80; }

// Labels of letters, digits, hyphens; the last of small letters. An IPv4 address will do as well.
bool is_host(std::string_view host) {
  const std::size_t last_dot = host.rfind('.');
  if (last_dot == host.npos || last_dot == 0) return false;
  std::size_t label = 0;
  for (const char c : host) {
    if (c == '.' ? label == 0 : !is_host_byte(c)) return false;
    label = c == '.' ? 0 : label + 1;
  }
  const std::string_view top = host.substr(last_dot + 1);
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (top.size() >= 2 && std::all_of(top.begin(), top.end(), is_small)) return true;
  const bool numbers = std::all_of(host.begin(), host.end(), [&](char c) { return is_digit(c) || c == '.'; });
  return numbers && std::count(host.begin(), host.end(), '.') == 3 && !top.empty();
}

bool starts_without_case(std::string_view text, std::string_view lower) {
  return text.size() >= lower.size() && std::equal(lower.begin(), lower.end(), text.begin(), [](char a, char b) {
           return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b | 0x20) : b);
         });
}

}  // namespace

bool looks_like_url(std::string_view chunk) {
  if (chunk.size() < 4 || chunk.find('.') == chunk.npos) return false;
  if (const std::size_t scheme = chunk.find("://"); scheme != chunk.npos && scheme >= 2) {
    const std::string_view name = chunk.substr(0, scheme);
    const bool named = std::all_of(name.begin(), name.end(),
                                   [](char c) { return is_alnum(c) || c == '+' || c == '-' || c == '.' || c == '_'; });
    if (!named) return false;
    chunk.remove_prefix(scheme + 3);
  }
  std::string_view host = chunk.substr(0, chunk.find_first_of("/?#"));
  if (const std::size_t user = host.rfind('@'); user != host.npos && user > 0) host.remove_prefix(user + 1);
  return is_host(host.substr(0, host.find(':')));
}

std::size_t count_urls(std::string_view text) {
  std::size_t urls = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char first = static_cast<char>(text[at] | 0x20);
    if ((first != 'h' && first != 'w') || (at > 0 && is_alnum(text[at - 1]))) continue;
    const std::string_view rest = text.substr(at);
    for (const std::string_view start : {"http://", "https://", "www."}) {
      if (!starts_without_case(rest, start)) continue;
      ++urls;
      // "http://www.example.org" is one.
      while (at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) > ' ') ++at;
      break;
    }
  }
  return urls;
}

}  // namespace llmops::data
