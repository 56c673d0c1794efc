// Keys, tokens and passwords: by their own form, or by the name they stand under.
#include <algorithm>

#include "data/pii/context.h"
#include "data/pii/pii_scanners.h"
#include "data/pii/scan_text.h"
#include "data/pii/secret_forms.h"

namespace llmops::data::pii {

namespace {

constexpr std::size_t kNone = std::string_view::npos;
constexpr std::string_view kKeyBlock = "-----BEGIN ";

std::size_t key_block_end(std::string_view text, std::size_t i) {
  const std::size_t title = text.find("-----", i + kKeyBlock.size());
  if (title == kNone || title - i > 64) return 0;
  if (text.substr(i, title - i).find("PRIVATE KEY") == kNone) return 0;
  const std::size_t last = text.find("-----END ", title);
  if (last == kNone) return text.size();  // cut off: everything after the header is key
  const std::size_t close = text.find("-----", last + 9);
  return close == kNone ? text.size() : close + 5;
}

void find_key_blocks(std::string_view text, std::vector<PiiSpan>& out) {
  for (std::size_t i = text.find(kKeyBlock); i != kNone; i = text.find(kKeyBlock, i + 1)) {
    const std::size_t end = key_block_end(text, i);
    if (end == 0) continue;
    out.push_back({PiiType::kSecret, i, end});
    i = end - 1;
  }
}

// Every such token has a digit: the token around a run of digits is looked at where a word may begin in it.
void find_tokens(const Scan& scan, std::vector<PiiSpan>& out) {
  const std::string_view text = scan.text;
  std::size_t end = 0;
  for (const DigitRun& run : scan.anchors.digits) {
    if (run.begin < end) continue;
    std::size_t begin = run.begin;
    while (begin > end && in_token(text[begin - 1])) --begin;
    end = run.end;
    while (end < text.size() && in_token(text[end])) ++end;
    std::size_t last = end;
    while (last > begin && text[last - 1] == '.') --last;
    for (std::size_t i = begin; i + 20 <= last; ++i) {
      if (!is_letter(text[i]) || is_alnum(before(text, i)) || is_high(before(text, i))) continue;
      if (known_secret(text.substr(i, last - i)) == 0) continue;
      out.push_back({PiiType::kSecret, i, last});
      break;
    }
  }
}

bool is_placeholder(std::string_view value) {
  const char first = value.front();
  return first == '<' || first == '$' || first == '{' || first == '%' || first == '[' || value.find("://") != kNone ||
         value.find("()") != kNone || begins_with(value, 0, "your") || begins_with(value, 0, "xxxx");
}

// The value behind "password = ", quoted or up to a blank; {0, 0} where it is no secret.
PiiSpan value_behind(std::string_view text, std::size_t i) {
  while (i < text.size() && (text[i] == ' ' || text[i] == '"' || text[i] == '\'' || text[i] == '>')) ++i;
  std::size_t end = i;
  while (end < text.size() && static_cast<unsigned char>(text[end]) > ' ' && text[end] != '"' && text[end] != '\'' &&
         text[end] != ',' && text[end] != '<' && text[end] != ';' && text[end] != '&') {
    ++end;
  }
  const bool call = text.substr(i, end - i).find('(') != kNone;
  while (end > i && (text[end - 1] == '.' || (text[end - 1] == ')' && !call))) --end;
  const std::string_view value = text.substr(i, end - i);
  const bool secret = !value.empty() && value.size() <= 4096 && !is_placeholder(value) && looks_random(value);
  return secret ? PiiSpan{PiiType::kSecret, i, end} : PiiSpan{PiiType::kSecret, 0, 0};
}

// The name in front of a '=' or ':', such as `"api_key"` in `"api_key": `.
std::string_view name_before(std::string_view text, std::size_t joint) {
  std::size_t end = joint;
  while (end > 0 && joint - end < 3 && (text[end - 1] == ' ' || text[end - 1] == '"' || text[end - 1] == '\'')) --end;
  std::size_t begin = end;
  while (begin > 0 && end - begin < 40 &&
         (is_alnum(text[begin - 1]) || text[begin - 1] == '_' || text[begin - 1] == '-')) {
    --begin;
  }
  return text.substr(begin, end - begin);
}

void find_assigned(std::string_view text, const std::vector<std::size_t>& joints, std::vector<PiiSpan>& out) {
  for (const std::size_t joint : joints) {
    if (!names_secret(name_before(text, joint))) continue;
    std::size_t i = joint + 1;
    if (at(text, i) == '=' || at(text, i) == '>') ++i;
    const PiiSpan span = value_behind(text, i);
    if (span.end > 0) out.push_back(span);
  }
}

// "Authorization: Bearer ...", "password is ...": said rather than assigned.
void find_said(const Scan& scan, std::vector<PiiSpan>& out) {
  static constexpr std::string_view kSaid[] = {"password is ", "passwort ist ",    "passwort lautet ", "passphrase is ",
                                               "bearer ",      "access token is ", "api key is "};
  const std::string_view text = scan.text;
  std::size_t end = 0;
  for (const DigitRun& run : scan.anchors.digits) {
    if (run.begin < end) continue;
    std::size_t begin = run.begin;
    while (begin > end && static_cast<unsigned char>(text[begin - 1]) > ' ' && run.begin - begin < 256) --begin;
    end = run.end;
    if (at(text, begin - 1) != ' ' || begin < 7 ||
        std::none_of(
            std::begin(kSaid), std::end(kSaid),
            [&](std::string_view said) {
              return begin >= said.size() && begins_with(text, begin - said.size(), said);
            })) {
      continue;
    }
    const PiiSpan span = value_behind(text, begin);
    if (span.end == 0) continue;
    out.push_back(span);
    end = span.end;
  }
}

void find_credentials(const Scan& scan, std::vector<PiiSpan>& out) {
  for (const std::size_t sign : scan.anchors.at_signs) {
    const std::size_t begin = credentials_begin(scan.text, sign);
    if (begin != kNone) out.push_back({PiiType::kSecret, begin, sign});
  }
}

}  // namespace

std::size_t credentials_begin(std::string_view text, std::size_t at_sign) {
  std::size_t i = at_sign;
  bool colon = false;
  for (; i > 0 && at_sign - i < 256; --i) {
    const char c = text[i - 1];
    if (c == '/' || static_cast<unsigned char>(c) <= ' ' || c == '@' || c == '<' || c == '"') break;
    colon |= c == ':';
  }
  const bool url = i >= 3 && text.substr(i - 3, 3) == "://";
  const char last = before(text, at_sign);
  return url && colon && i + 2 < at_sign && last != ':' && last != ']' && is_alnum(at(text, at_sign + 1)) ? i : kNone;
}

void find_secrets(const Scan& scan, std::vector<PiiSpan>& out) {
  find_key_blocks(scan.text, out);
  find_tokens(scan, out);
  find_assigned(scan.text, scan.anchors.colons, out);
  find_assigned(scan.text, scan.anchors.equals, out);
  find_said(scan, out);
  find_credentials(scan, out);
  std::stable_sort(out.begin(), out.end(), [](const PiiSpan& a, const PiiSpan& b) { return a.begin < b.begin; });
  std::size_t kept = 0;
  for (const PiiSpan& span : out) {  // where two overlap they are one
    if (kept > 0 && span.begin < out[kept - 1].end) {
      out[kept - 1].end = std::max(out[kept - 1].end, span.end);
    } else {
      out[kept++] = span;
    }
  }
  out.resize(kept);
}

}  // namespace llmops::data::pii
