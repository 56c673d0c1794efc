// Which scanner wins where several claim the same bytes, and the labels that replace what was found.
#include "data/pii/pii.h"

#include <algorithm>

#include "data/pii/pii_scanners.h"

namespace llmops::data {

namespace {

struct Kind {
  PiiType type;
  const char* name;
  const char* label;
  void (*find)(std::string_view, std::vector<PiiSpan>&);
};

// Strictest first: this is the order in which spans are granted.
constexpr std::array<Kind, kPiiTypes> kKinds = {{
    {PiiType::kIban, "iban", "[IBAN]", pii::find_ibans},
    {PiiType::kCard, "card", "[CARD]", pii::find_cards},
    {PiiType::kEmail, "email", "[EMAIL]", pii::find_emails},
    {PiiType::kSecret, "secret", "[SECRET]", pii::find_secrets},
    {PiiType::kIp, "ip", "[IP]", pii::find_ips},
    {PiiType::kPhone, "phone", "[PHONE]", pii::find_phones},
}};

const Kind& kind_of(PiiType type) {
  return *std::find_if(kKinds.begin(), kKinds.end(), [type](const Kind& kind) { return kind.type == type; });
}

}  // namespace

const char* pii_name(PiiType type) { return kind_of(type).name; }

std::optional<PiiType> parse_pii(std::string_view name) {
  for (const Kind& kind : kKinds) {
    if (name == kind.name) return kind.type;
  }
  return std::nullopt;
}

std::vector<PiiSpan> find_pii(std::string_view text, PiiSet types) {
  std::vector<PiiSpan> granted;
  std::vector<PiiSpan> found;
  for (const Kind& kind : kKinds) {
    if ((types & pii_bit(kind.type)) == 0) continue;
    found.clear();
    kind.find(text, found);
    const std::size_t before = granted.size();
    for (const PiiSpan& span : found) {
      const bool free =
          std::none_of(granted.begin(), granted.begin() + static_cast<std::ptrdiff_t>(before),
                       [&](const PiiSpan& other) { return span.begin < other.end && other.begin < span.end; });
      if (free) granted.push_back(span);
    }
  }
  std::sort(granted.begin(), granted.end(), [](const PiiSpan& a, const PiiSpan& b) { return a.begin < b.begin; });
  return granted;
}

std::string redact_pii(std::string_view text, PiiSet types, Counts& counts) {
  std::string out;
  std::size_t copied = 0;
  for (const PiiSpan& span : find_pii(text, types)) {
    const Kind& kind = kind_of(span.type);
    out.append(text.substr(copied, span.begin - copied));
    out += kind.label;
    copied = span.end;
    ++counts[kind.name];
  }
  out.append(text.substr(copied));
  return out;
}

}  // namespace llmops::data
