// Numbers of devices: MAC addresses, and IMEI numbers where a word says so.
#include <array>

#include "data/pii/checksums.h"
#include "data/pii/context.h"
#include "data/pii/pii_scanners.h"
#include "data/pii/scan_text.h"

namespace llmops::data::pii {

namespace {

using namespace std::string_view_literals;

constexpr std::size_t kMacBytes = 17;  // "00:1A:2B:3C:4D:5E"

bool is_mac(std::string_view text, std::size_t begin) {
  if (begin + kMacBytes > text.size()) return false;
  const char joint = text[begin + 2];
  bool varies = false;
  for (std::size_t i = 0; i < kMacBytes; ++i) {
    const char c = text[begin + i];
    if (i % 3 == 2 ? c != joint : !is_hex(c)) return false;
    varies |= i % 3 != 2 && lower(c) != lower(text[begin]);  // ff:ff:ff:ff:ff:ff is everyone
  }
  const char left = before(text, begin), right = at(text, begin + kMacBytes);
  const bool longer = (right == joint && is_hex(at(text, begin + kMacBytes + 1))) || left == joint;
  return varies && (joint == ':' || joint == '-') && !longer && stands_alone(text, begin, begin + kMacBytes);
}

// Digits of an IMEI, written "490154203237518", "49-015420-323751-8" or with blanks: where they end, or 0.
std::size_t imei_end(std::string_view text, std::size_t begin) {
  std::array<char, 15> digits{};
  std::size_t size = 0, i = begin;
  for (; i < text.size() && size < digits.size(); ++i) {
    if (is_digit(text[i])) {
      digits[size++] = text[i];
    } else if ((text[i] != '-' && text[i] != ' ') || !is_digit(at(text, i + 1))) {
      return 0;
    }
  }
  if (size < digits.size() || !stands_alone(text, begin, i)) return 0;
  return luhn_holds({digits.data(), size}) ? i : 0;
}

}  // namespace

void find_device_ids(const Scan& scan, std::vector<PiiSpan>& out) {
  static constexpr std::array kImei = {"imei"sv};
  std::size_t after = 0;
  for (const DigitRun& run : scan.anchors.digits) {
    if (run.begin < after) continue;
    // The first digit of the address may be any of its characters.
    const std::size_t least = run.begin > after + kMacBytes ? run.begin - kMacBytes : after;
    std::size_t end = 0, begin = run.begin;
    for (; end == 0; --begin) {
      if (is_mac(scan.text, begin)) end = begin + kMacBytes;
      if (begin == least || end > 0 ||
          (!is_hex(before(scan.text, begin)) && before(scan.text, begin) != ':' && before(scan.text, begin) != '-'))
        break;
    }
    if (end == 0 && run.size() >= 2) {
      begin = run.begin;
      end = imei_end(scan.text, begin);
      if (end > 0 && !word_before(scan.text, begin, 32, kImei)) end = 0;
    }
    if (end == 0) continue;
    out.push_back({PiiType::kDeviceId, begin, end});
    after = end;
  }
}

}  // namespace llmops::data::pii
