// IP addresses of both versions.
#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <string>

#include "data/pii/context.h"
#include "data/pii/pii_scanners.h"
#include "data/pii/scan_text.h"

namespace llmops::data::pii {

namespace {

using namespace std::string_view_literals;

constexpr std::array kVersionWords = {"version"sv, "^ver"sv,     "release"sv, "^build"sv,  "firmware"sv, "section"sv,
                                      "chapter"sv, "^article"sv, "^clause"sv, "^schema"sv, "^rev"sv};
constexpr std::array kAddressWords = {"^ip"sv,     "address"sv, "host"sv,   "server"sv, "^dns"sv,
                                      "gateway"sv, "^ping"sv,   "subnet"sv, "login"sv,  "connect"sv};

struct Quad {
  int value[4];
  std::size_t end;
};

// Four numbers of at most 255, without leading zeros, and dots between them; nothing of the kind has end 0.
Quad read_quad(const Scan& scan, std::size_t first) {
  const auto& runs = scan.anchors.digits;
  Quad quad{{}, 0};
  if (first + 4 > runs.size()) return quad;
  for (std::size_t k = 0; k < 4; ++k) {
    const DigitRun& run = runs[first + k];
    const bool joined = k == 0 || (run.begin == runs[first + k - 1].end + 1 && scan.text[run.begin - 1] == '.');
    if (!joined || run.size() > 3 || (run.size() > 1 && scan.text[run.begin] == '0')) return quad;
    for (std::size_t i = run.begin; i < run.end; ++i) quad.value[k] = quad.value[k] * 10 + (scan.text[i] - '0');
    if (quad.value[k] > 255) return quad;
  }
  quad.end = runs[first + 3].end;
  return quad;
}

bool is_address(std::string_view text, std::size_t begin, const Quad& quad) {
  if (quad.end == 0 || quad.value[0] == 0) return false;
  const char left = before(text, begin), right = at(text, quad.end);
  if (is_alnum(left) || left == '_' || left == '.' || left == '-' || is_alnum(right) || right == '_') return false;
  if ((right == '.' || right == '-') && is_alnum(at(text, quad.end + 1))) return false;
  if (word_before(text, begin, 24, kAddressWords)) return true;
  if (word_before(text, begin, 24, kVersionWords)) return false;
  const bool has_port = (right == ':' || right == '/') && is_digit(at(text, quad.end + 1));
  const bool small = std::all_of(quad.value, quad.value + 4, [](int value) { return value < 20; });
  return has_port || !small || quad.value[0] == 10;  // "2.1.3.4" is rather a section or a version
}

bool in_ipv6(char c) { return is_hex(c) || c == ':' || c == '.'; }

// "::" also stands between names in programs: an address has three colons or a group of three, and a digit unless it is
// long.
bool is_ipv6(std::string_view candidate) {
  in6_addr address{};
  if (candidate.size() < 6 || candidate.size() > 45) return false;
  if (inet_pton(AF_INET6, std::string(candidate).c_str(), &address) != 1) return false;
  const auto colons = std::count(candidate.begin(), candidate.end(), ':');
  if (candidate.find_first_of("0123456789") == std::string_view::npos && colons < 6) return false;
  std::size_t run = 0, longest = 0;
  for (const char c : candidate) longest = std::max(longest, run = c == ':' ? 0 : run + 1);
  return colons >= 3 || longest >= 3;
}

// "fe80::1%eth0": the name of the interface belongs to the address.
std::size_t zone_end(std::string_view text, std::size_t end) {
  if (at(text, end) != '%' || !is_letter(at(text, end + 1))) return end;
  std::size_t i = end + 1;
  while (is_alnum(at(text, i)) && i - end < 16) ++i;
  return i;
}

// What stands around the colon at `colon`, which is an address or nothing: {begin, end} or {0, 0}. `next` is where the
// characters that may be of an address end.
PiiSpan ipv6_around(std::string_view text, std::size_t colon, std::size_t after, std::size_t& next) {
  std::size_t begin = colon, end = colon;
  while (begin > after && in_ipv6(text[begin - 1]) && colon - begin < 48) --begin;
  while (end < text.size() && in_ipv6(text[end])) ++end;
  next = end;
  if (end - begin > 64 || is_letter(at(text, next))) return {PiiType::kIp, 0, 0};
  while (end > begin && (text[end - 1] == '.' || (text[end - 1] == ':' && before(text, end - 1) != ':'))) --end;
  // "IPv6:2001:db8::1" and "address:fe80::1": what stands in front of the first colon may belong to a word.
  for (int attempt = 0; attempt < 2 && begin < end; ++attempt) {
    const bool bounded = !is_alnum(before(text, begin)) && before(text, begin) != '_';
    if (bounded && is_ipv6(text.substr(begin, end - begin))) return {PiiType::kIp, begin, zone_end(text, end)};
    const std::size_t first_colon = text.find(':', begin);
    begin = first_colon == std::string_view::npos ? end : std::min(end, first_colon + 1);
  }
  return {PiiType::kIp, 0, 0};
}

}  // namespace

void find_ips(const Scan& scan, std::vector<PiiSpan>& out) {
  std::size_t next = 0, run = 0;
  const auto& runs = scan.anchors.digits;
  const auto find_quads_before = [&](std::size_t limit) {
    for (; run < runs.size() && runs[run].begin < limit; ++run) {
      if (runs[run].begin < (out.empty() ? 0 : out.back().end)) continue;
      const Quad quad = at(scan.text, runs[run].end) == '.' ? read_quad(scan, run) : Quad{{}, 0};
      if (is_address(scan.text, runs[run].begin, quad)) out.push_back({PiiType::kIp, runs[run].begin, quad.end});
    }
  };
  for (const std::size_t colon : scan.anchors.colons) {
    if (colon < next) continue;
    const PiiSpan span = ipv6_around(scan.text, colon, out.empty() ? 0 : out.back().end, next);
    if (span.end == 0) continue;
    find_quads_before(span.begin);
    if (!out.empty() && out.back().end > span.begin) continue;
    out.push_back(span);
  }
  find_quads_before(scan.text.size());
}

}  // namespace llmops::data::pii
