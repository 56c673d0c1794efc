// E-mail addresses, as they stand in headers and as people write them to escape harvesters.
#include <algorithm>
#include <array>

#include "data/pii/pii_scanners.h"
#include "data/pii/scan_text.h"
#include "text/utf8.h"

namespace llmops::data::pii {

namespace {

using namespace std::string_view_literals;

bool in_local_part(char c) {
  return is_alnum(c) || std::string_view("!#$%&'*+/=?^_`{|}~.-").find(c) != std::string_view::npos;
}

// Length of a letter of another script that ends in front of `i`, 0 for none. Two bytes are enough for Latin, Greek,
// Cyrillic, Hebrew and Arabic; scripts written without blanks would take in the sentence in front.
std::size_t foreign_letter_before(std::string_view text, std::size_t i) {
  if (i < 2) return 0;
  const auto lead = static_cast<unsigned char>(text[i - 2]), last = static_cast<unsigned char>(text[i - 1]);
  const bool letter = lead >= 0xC3 && lead <= 0xDB && last >= 0x80 && last < 0xC0;
  return letter && !(lead == 0xC3 && (last == 0x97 || last == 0xB7)) ? 2 : 0;  // not U+00D7, U+00F7
}

std::size_t local_begin(std::string_view text, std::size_t sign, std::size_t after) {
  std::size_t begin = sign;
  while (begin > after && sign - begin < 64) {
    const std::size_t length = in_local_part(text[begin - 1]) ? 1 : foreign_letter_before(text, begin);
    if (length == 0 || begin - after < length) break;
    begin -= length;
  }
  // Punctuation of the sentence around the address is not part of it.
  while (begin < sign && !is_alnum(text[begin]) && text[begin] != '_' && !is_high(text[begin])) ++begin;
  return begin;
}

// Endings of names of files ("icon@2x.png") that are no top level domains.
constexpr std::array kFileEndings = {"png"sv, "jpg"sv, "jpeg"sv, "gif"sv, "svg"sv, "webp"sv, "js"sv, "css"sv, "html"sv};

bool is_domain(std::string_view domain) {
  const std::size_t dot = domain.rfind('.');
  if (dot == std::string_view::npos || dot == 0 || domain.find("..") != std::string_view::npos) return false;
  const std::string_view top = domain.substr(dot + 1);
  if (top.size() < 2 || is_digit(top.back())) return false;
  return std::none_of(kFileEndings.begin(), kFileEndings.end(), [&](std::string_view ending) {
    return top.size() == ending.size() && begins_with(top, 0, ending);
  });
}

// Letters of scripts written without blanks, which may go on after an address; punctuation of any script ends it.
bool is_wide(char32_t c) { return c >= 0x2E80; }
bool is_punctuation(char32_t c) {
  return c < 0xC0 || c == 0xD7 || c == 0xF7 || (c >= 0x2000 && c < 0x2C00) || (c >= 0x3000 && c < 0x3005) ||
         (c >= 0x3008 && c < 0x3021) || c >= 0xFE00;
}

// Internationalised domains are taken as they stand; within a label, a change between ASCII and a wide script ends it.
std::size_t domain_end(std::string_view text, std::size_t begin) {
  std::size_t end = begin;
  bool wide_label = false, ascii_label = false;
  while (end < text.size() && end - begin < 253) {
    if (is_high(text[end])) {
      const text::Utf8Step step = text::utf8_step(text, end);
      if (!step.valid || is_punctuation(step.code_point) || (is_wide(step.code_point) && ascii_label)) break;
      wide_label |= is_wide(step.code_point);
      end += step.length;
      continue;
    }
    const char c = text[end];
    if (!is_alnum(c) && c != '-' && c != '.') break;
    if (is_alnum(c) && wide_label) break;
    ascii_label |= is_alnum(c);
    if (c == '.') wide_label = ascii_label = false;
    ++end;
  }
  while (end > begin && (text[end - 1] == '.' || text[end - 1] == '-')) --end;
  return is_domain(text.substr(begin, end - begin)) ? end : 0;
}

std::size_t skip_blanks(std::string_view text, std::size_t i) {
  while (i < text.size() && text[i] == ' ') ++i;
  return i;
}

// Behind a "dot" that is written out in one of several ways, or `i` itself.
std::size_t behind_dot(std::string_view text, std::size_t i) {
  const std::size_t word = skip_blanks(text, i);
  for (const std::string_view dot : {"[dot]"sv, "(dot)"sv, "{dot}"sv, "dot "sv, "."sv}) {
    if (!begins_with(text, word, dot) || (dot == "dot " && word == i)) continue;
    return dot == "." ? (word == i ? i + 1 : i) : skip_blanks(text, word + dot.size());
  }
  return i;
}

constexpr std::array kTopDomains = {"com"sv, "org"sv, "net"sv, "edu"sv, "gov"sv, "io"sv, "info"sv, "de"sv, "uk"sv,
                                    "fr"sv,  "es"sv,  "it"sv,  "nl"sv,  "eu"sv,  "in"sv, "cn"sv,   "jp"sv, "ru"sv,
                                    "br"sv,  "ca"sv,  "au"sv,  "ch"sv,  "at"sv,  "me"sv, "ai"sv,   "se"sv, "pl"sv};

// Labels with written dots between them, the last a well-known top level domain; 0 where there is no dot or none such.
std::size_t written_domain_end(std::string_view text, std::size_t begin) {
  std::size_t i = begin, best = 0;
  for (int label = 0; label < 5; ++label) {
    const std::size_t first = i;
    while (i < text.size() && (is_alnum(text[i]) || text[i] == '-')) ++i;
    const std::string_view word = text.substr(first, i - first);
    if (word.empty()) break;
    const bool known = std::any_of(kTopDomains.begin(), kTopDomains.end(), [&](std::string_view top) {
      return word.size() == top.size() && begins_with(word, 0, top);
    });
    if (label > 0 && known) best = i;
    const std::size_t next = behind_dot(text, i);
    if (next == i) break;
    i = next;
  }
  return best;
}

// `name` in front of a written "at": letters, digits and single dots, also written ones are not undone here.
std::size_t written_local_begin(std::string_view text, std::size_t end, std::size_t after) {
  std::size_t begin = end;
  while (begin > after && end - begin < 64 &&
         (is_alnum(text[begin - 1]) || std::string_view("._-+").find(text[begin - 1]) != std::string_view::npos))
    --begin;
  while (begin < end && !is_alnum(text[begin])) ++begin;
  return begin;
}

PiiSpan written_email(std::string_view text, std::size_t at_begin, std::size_t at_end, std::size_t after) {
  std::size_t name_end = at_begin;
  while (name_end > after && text[name_end - 1] == ' ') --name_end;
  const std::size_t begin = written_local_begin(text, name_end, after);
  const std::size_t end = written_domain_end(text, skip_blanks(text, at_end));
  return {PiiType::kEmail, begin, begin < name_end ? end : 0};
}

// "name (at) host.com": brackets around "at" say enough.
void find_bracketed(const Scan& scan, std::vector<PiiSpan>& out) {
  std::size_t after = 0;
  for (const std::size_t open : scan.anchors.brackets) {
    const char close = at(scan.text, open + 3);
    if (open < after || (close != ')' && close != ']' && close != '}')) continue;
    const PiiSpan span = written_email(scan.text, open, open + 4, after);
    if (span.end == 0) continue;
    out.push_back(span);
    after = span.end;
  }
}

// "name at host dot com": the dot must be written out too, or any "at" would do.
void find_spoken(const Scan& scan, std::vector<PiiSpan>& out) {
  std::size_t after = 0;
  for (std::size_t dot = scan.text.find(" dot "); dot != std::string_view::npos;
       dot = scan.text.find(" dot ", dot + 4)) {
    const std::size_t from = dot > 80 ? dot - 80 : 0;
    const std::size_t sign = scan.text.substr(from, dot - from).rfind(" at ");
    if (sign == std::string_view::npos || from + sign < after) continue;
    const PiiSpan span = written_email(scan.text, from + sign, from + sign + 4, after);
    if (span.end <= dot) continue;
    out.push_back(span);
    after = span.end;
  }
}

}  // namespace

void find_emails(const Scan& scan, std::vector<PiiSpan>& out) {
  std::size_t after = 0;  // no span begins before the end of the last
  for (const std::size_t sign : scan.anchors.at_signs) {
    if (sign < after || credentials_begin(scan.text, sign) != std::string_view::npos) continue;
    const std::size_t begin = local_begin(scan.text, sign, after);
    if (begin == sign || scan.text[sign - 1] == '.') continue;
    const std::size_t end = domain_end(scan.text, sign + 1);
    if (end == 0) continue;
    out.push_back({PiiType::kEmail, begin, end});
    after = end;
  }
  const std::size_t plain = out.size();
  find_bracketed(scan, out);
  find_spoken(scan, out);
  if (out.size() == plain) return;
  std::sort(out.begin(), out.end(), [](const PiiSpan& a, const PiiSpan& b) { return a.begin < b.begin; });
  std::size_t kept = 0, end = 0;
  for (const PiiSpan& span : out) {
    if (span.begin < end) continue;
    out[kept++] = span;
    end = span.end;
  }
  out.resize(kept);
}

}  // namespace llmops::data::pii
