// Made-up text: addresses of the net, names, streets, dates, keys and wallets.
#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "data/pii/address_words.h"
#include "data/pii/checksums.h"
#include "data/pii/fake_values.h"
#include "data/pii/name_list.h"
#include "data/pii/name_tokens.h"
#include "data/pii/scan_text.h"
#include "data/pii/secret_forms.h"
#include "data/pii/wallet_codes.h"

namespace llmops::data::pii {

namespace {

std::string capitalised(std::string_view word) {
  std::string out(word);
  if (!out.empty()) out[0] = upper(out[0]);
  return out;
}

// A name of one list that is nothing else.
std::string_view pick_name(NameFlag kind, KeyedDraw& draw) {
  const std::vector<std::string_view>& names = names_of(kind);
  while (true) {
    const std::string_view name = names[draw.below(names.size())];
    if (name.size() > 3 && (name_flags(name) & ~(kGivenName | kSurname)) == 0) return name;
  }
}

std::string in_case_of(std::string_view word, std::string_view name) {
  const bool capitals = word.size() > 1 && std::none_of(word.begin(), word.end(), is_lower);
  if (!capitals) return is_lower(word[0]) ? std::string(name) : capitalised(name);
  std::string out(name);
  std::transform(out.begin(), out.end(), out.begin(), upper);
  return out;
}

std::string fake_name_word(std::string_view word, bool initial, std::string_view key, int attempt) {
  const FoldedWord folded = fold_word(word);
  KeyedDraw draw(key, "name", folded.size > 0 ? folded.view() : word, attempt);
  if (initial) return std::string(1, upper(draw.letter()));
  return in_case_of(word, pick_name((name_flags(word) & kGivenName) != 0 ? kGivenName : kSurname, draw));
}

}  // namespace

std::string fake_email(std::string_view, KeyedDraw& draw) {
  constexpr const char* kDomains[] = {"example.com", "example.org", "example.net"};  // RFC 2606
  const std::size_t user = draw.below(100000000);
  return fmt::format("user{}@{}", user, kDomains[draw.below(3)]);
}

std::string fake_ip(std::string_view value, KeyedDraw& draw) {
  if (value.find(':') == std::string_view::npos) return fmt::format("203.0.113.{}", 1 + draw.below(254));
  const std::uint64_t host = draw.next();
  return fmt::format("2001:db8::{:x}:{:x}:{:x}:{:x}", 0x1000 | (host & 0xefff), host >> 16 & 0xffff,
                     host >> 32 & 0xffff, 0x1000 | (host >> 48 & 0xefff));
}

std::string fake_name(std::string_view value, std::string_view key, int attempt) {
  const bool cased = std::any_of(value.begin(), value.end(), is_upper);
  std::string out;
  for (std::size_t i = 0; i < value.size();) {
    const std::size_t end = name_word_end(value, i);
    if (end == i) {
      out += value[i++];
      continue;
    }
    const std::string_view word = value.substr(i, end - i);
    const bool particle = cased && is_lower(word[0]) && word.size() <= 5;
    out += particle ? std::string(word) : fake_name_word(word, word.size() == 1 && at(value, end) == '.', key, attempt);
    i = end;
  }
  return out;
}

// Words that say what a part of the address is stay; names and numbers go.
std::string fake_address(std::string_view value, KeyedDraw& draw) {
  std::string out;
  for (std::size_t i = 0; i < value.size();) {
    std::size_t end = i;
    while (end < value.size() && (is_alnum(value[end]) || is_high(value[end]))) ++end;
    if (end == i) {
      out += value[i++];
      continue;
    }
    const std::string_view word = value.substr(i, end - i);
    const bool has_digit = std::any_of(word.begin(), word.end(), is_digit);
    const bool name = !has_digit && word.size() > 2 && !is_lower(word[0]) && !is_street_type(word) &&
                      !begins_street(word) && !is_dwelling(word) && !is_us_state(word);
    if (has_digit) {
      std::string digits = digits_of(same_shape(word, draw));
      out += with_digits(word, digits);
    } else if (name && is_street_word(word)) {
      out += capitalised(pick_name(kSurname, draw)) + "straße";
    } else {
      out += name ? capitalised(pick_name(kSurname, draw)) : std::string(word);
    }
    i = end;
  }
  return out;
}

// Days and months become 1 to 12, so that they are a date in whatever order; years stay in their decade.
std::string fake_birth_date(std::string_view value, KeyedDraw& draw) {
  std::string out(value);
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (!is_digit(out[i])) continue;
    std::size_t end = i;
    while (end < out.size() && is_digit(out[end])) ++end;
    if (end - i >= 4) {
      out[end - 1] = draw.digit();
    } else if (end - i == 1) {
      out[i] = static_cast<char>('1' + draw.below(9));
    } else {
      out.replace(i, 2, fmt::format("{:02}", 1 + draw.below(12)));
    }
    i = end;
  }
  return out;
}

// A known prefix, the header of a key block and the beginning of a web token's parts stay; letters and digits change.
std::string fake_secret(std::string_view value, KeyedDraw& draw) {
  std::string out;
  if (value.substr(0, 5) == "-----") {
    for (std::size_t i = 0; i < value.size();) {
      const std::size_t end = std::min(value.find('\n', i), value.size());
      const std::string_view line = value.substr(i, end - i);
      out += line.substr(0, 5) == "-----" ? std::string(line) : same_shape(line, draw);
      if (end < value.size()) out += '\n';
      i = end + 1;
    }
    return out;
  }
  const std::size_t prefix = secret_prefix(value);
  out = std::string(value.substr(0, prefix)) + same_shape(value.substr(prefix), draw);
  for (std::size_t part = value.find(".eyJ"); part != std::string_view::npos; part = value.find(".eyJ", part + 1)) {
    out.replace(part, 4, ".eyJ");
  }
  return out;
}

std::string fake_wallet(std::string_view value, KeyedDraw& draw) {
  if (value.substr(0, 2) == "0x" || value.substr(0, 2) == "0X") {
    std::string out(value.substr(0, 2));
    while (out.size() < value.size()) out += "0123456789abcdef"[draw.below(16)];
    return out;
  }
  if (auto payload = base58check_decode(value)) {
    for (std::size_t i = 1; i < payload->size(); ++i) (*payload)[i] = static_cast<std::uint8_t>(draw.below(256));
    return base58check_encode(std::move(*payload));
  }
  std::string lower_case(value);
  std::transform(lower_case.begin(), lower_case.end(), lower_case.begin(), lower);
  const std::size_t one = lower_case.rfind('1');
  if (one == std::string::npos || one + 8 > lower_case.size()) return same_shape(value, draw);
  std::vector<std::uint8_t> data = {static_cast<std::uint8_t>(kBech32.find(lower_case[one + 1]))};  // the version stays
  while (data.size() + 7 < lower_case.size() - one) data.push_back(static_cast<std::uint8_t>(draw.below(32)));
  std::string out = bech32_encode(lower_case.substr(0, one), data, bech32_constant(lower_case));
  if (std::any_of(value.begin(), value.end(), is_upper)) std::transform(out.begin(), out.end(), out.begin(), upper);
  return out;
}

}  // namespace llmops::data::pii
