// Which scanner wins where several claim the same bytes, and the labels that replace what was found.
#include "data/pii/pii.h"

#include <algorithm>
#include <array>

#include "data/pii/pii_policy.h"
#include "data/pii/pii_scanners.h"

namespace llmops::data {

namespace {

struct Kind {
  PiiType type;
  const char* name;
  const char* label;
  void (*find)(const pii::Scan&, std::vector<PiiSpan>&);  ///< nullptr for names, which take the user's list
};

// Strictest first: this is the order in which spans are granted.
constexpr std::array<Kind, kPiiTypes> kKinds = {{
    {PiiType::kIban, "iban", "[IBAN]", pii::find_ibans},
    {PiiType::kCard, "card", "[CARD]", pii::find_cards},
    {PiiType::kEmail, "email", "[EMAIL]", pii::find_emails},
    {PiiType::kSecret, "secret", "[SECRET]", pii::find_secrets},
    {PiiType::kCrypto, "crypto", "[CRYPTO]", pii::find_wallets},
    {PiiType::kIp, "ip", "[IP]", pii::find_ips},
    {PiiType::kDeviceId, "device_id", "[DEVICE_ID]", pii::find_device_ids},
    {PiiType::kNationalId, "national_id", "[NATIONAL_ID]", pii::find_national_ids},
    {PiiType::kDateOfBirth, "date_of_birth", "[DATE_OF_BIRTH]", pii::find_birth_dates},
    {PiiType::kPhone, "phone", "[PHONE]", pii::find_phones},
    {PiiType::kAddress, "address", "[ADDRESS]", pii::find_addresses},
    {PiiType::kName, "name", "[NAME]", nullptr},
}};

const Kind& kind_of(PiiType type) {
  return *std::find_if(kKinds.begin(), kKinds.end(), [type](const Kind& kind) { return kind.type == type; });
}

bool holds_label(std::string_view value) {
  if (value.find(']') == std::string_view::npos) return false;
  return std::any_of(kKinds.begin(), kKinds.end(),
                     [&](const Kind& kind) { return value.find(kind.label) != std::string_view::npos; });
}

// Adds those of `found` that touch nothing granted before. Both are in order, and so is the outcome.
void grant(std::string_view text, const std::vector<PiiSpan>& found, std::vector<PiiSpan>& granted) {
  std::vector<PiiSpan> merged;
  merged.reserve(granted.size() + found.size());
  std::size_t k = 0;
  for (const PiiSpan& span : found) {
    while (k < granted.size() && granted[k].end <= span.begin) merged.push_back(granted[k++]);
    const bool free = k == granted.size() || granted[k].begin >= span.end;
    if (free && !holds_label(text.substr(span.begin, span.end - span.begin))) merged.push_back(span);
  }
  merged.insert(merged.end(), granted.begin() + static_cast<std::ptrdiff_t>(k), granted.end());
  granted = std::move(merged);
}

}  // namespace

const char* pii_name(PiiType type) { return kind_of(type).name; }
const char* pii_label(PiiType type) { return kind_of(type).label; }

std::optional<PiiType> parse_pii(std::string_view name) {
  for (const Kind& kind : kKinds) {
    if (name == kind.name) return kind.type;
  }
  return std::nullopt;
}

std::string pii_names() {
  std::string names;
  for (int i = 0; i < kPiiTypes; ++i) names += (i == 0 ? "" : ", ") + std::string(pii_name(static_cast<PiiType>(i)));
  return names;
}

std::vector<PiiSpan> find_pii(std::string_view text, PiiSet types, const NameBook* names) {
  std::vector<PiiSpan> granted, found;
  if (types == 0 || text.empty()) return granted;
  const pii::Scan scan{text, pii::find_anchors(text)};
  for (const Kind& kind : kKinds) {
    if ((types & pii_bit(kind.type)) == 0) continue;
    found.clear();
    if (kind.find != nullptr) {
      kind.find(scan, found);
    } else {
      pii::find_names(scan, names, found);
    }
    if (!found.empty()) grant(text, found, granted);
  }
  return granted;
}

std::string redact_pii(std::string_view text, PiiSet types, Counts& counts) {
  return treat_pii(text, PiiPolicy::redact(types), counts);
}

}  // namespace llmops::data
