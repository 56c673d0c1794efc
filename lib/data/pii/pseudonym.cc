#include "data/pii/pseudonym.h"

#include <algorithm>

#include "data/pii/fake_values.h"
#include "data/pii/scan_text.h"

namespace llmops::data {

namespace {

// What makes two spellings one value: letters in lower case and digits; blanks and punctuation are how it is written.
// Keys and wallets are taken as they stand.
std::string normal_form(PiiType type, std::string_view value) {
  if (type == PiiType::kSecret || type == PiiType::kCrypto) return std::string(value);
  if (type == PiiType::kPhone) return pii::digits_of(value);
  std::string normal;
  for (const char c : value) {
    const bool matters =
        pii::is_alnum(c) || pii::is_high(c) || c == '@' || (type == PiiType::kIp && (c == ':' || c == '.'));
    if (matters || (type == PiiType::kEmail && c != ' ')) normal += pii::lower(c);
  }
  return normal;
}

std::string fake(PiiType type, std::string_view value, std::string_view key, int attempt) {
  if (type == PiiType::kName) return pii::fake_name(value, key, attempt);
  pii::KeyedDraw draw(key, pii_name(type), normal_form(type, value), attempt);
  switch (type) {
    case PiiType::kEmail: return pii::fake_email(value, draw);
    case PiiType::kPhone: return pii::fake_phone(value, draw);
    case PiiType::kIp: return pii::fake_ip(value, draw);
    case PiiType::kCard: return pii::fake_card(value, draw);
    case PiiType::kIban: return pii::fake_iban(value, draw);
    case PiiType::kSecret: return pii::fake_secret(value, draw);
    case PiiType::kNationalId: return pii::fake_national_id(value, draw);
    case PiiType::kAddress: return pii::fake_address(value, draw);
    case PiiType::kDateOfBirth: return pii::fake_birth_date(value, draw);
    case PiiType::kCrypto: return pii::fake_wallet(value, draw);
    case PiiType::kDeviceId: return pii::fake_device_id(value, draw);
    case PiiType::kName: break;
  }
  return pii_label(type);
}

bool is_found_whole(PiiType type, std::string_view value) {
  const std::vector<PiiSpan> spans = find_pii(value, pii_bit(type));
  return spans.size() == 1 && spans[0].begin == 0 && spans[0].end == value.size();
}

}  // namespace

// A made-up number may by chance have the shape of something else (a date, a year): then another is drawn. Only the
// value decides that, not what stands around it, so that equal values stay equal.
std::string pseudonym(PiiType type, std::string_view value, std::string_view key) {
  constexpr int kMostAttempts = 16;
  const bool check = type != PiiType::kNationalId && is_found_whole(type, value);
  std::string out;
  for (int attempt = 0; attempt < kMostAttempts; ++attempt) {
    out = fake(type, value, key, attempt);
    if (out != value && (!check || is_found_whole(type, out))) break;
  }
  return out;
}

}  // namespace llmops::data
