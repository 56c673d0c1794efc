// Unicode's normal forms, with offsets kept.
#include "text/normalize/unicode_form.h"

#include <fmt/format.h>
#include <unicode/normalizer2.h>

#include "core/error.h"
#include "text/utf8.h"

namespace llmops::text {
namespace {

// A run of characters that may interact is normalized as one; where that changes it, all of its bytes stem from the
// whole run.
class UnicodeForm : public Normalizer {
 public:
  explicit UnicodeForm(const icu::Normalizer2* form) : form_(form) {}

  bool leaves(std::string_view text) const override {
    UErrorCode status = U_ZERO_ERROR;
    return utf8_valid(text) && form_->isNormalizedUTF8({text.data(), static_cast<int32_t>(text.size())}, status) &&
           U_SUCCESS(status);
  }

  void apply(AlignedText& text) const override {
    if (leaves(text.text)) return;
    AlignedText out;
    for (std::size_t at = 0; at < text.text.size();) {
      const Utf8Step first = utf8_step(text.text, at);
      std::size_t end = at + first.length;
      while (first.valid && end < text.text.size()) {
        const Utf8Step next = utf8_step(text.text, end);
        if (!next.valid || form_->hasBoundaryBefore(static_cast<UChar32>(next.code_point))) break;
        end += next.length;
      }
      append_run(text, at, end, first.valid, out);
      at = end;
    }
    text = std::move(out);
  }

 private:
  void append_run(const AlignedText& text, std::size_t at, std::size_t end, bool valid, AlignedText& out) const {
    const std::string_view run = std::string_view(text.text).substr(at, end - at);
    if (!valid || (run.size() == 1)) return out.append_from(text, at, run.size());
    UErrorCode status = U_ZERO_ERROR;
    const auto source = icu::UnicodeString::fromUTF8({run.data(), static_cast<int32_t>(run.size())});
    std::string changed;
    form_->normalize(source, status).toUTF8String(changed);
    if (U_FAILURE(status) || changed == run) return out.append_from(text, at, run.size());
    out.append(changed, text.begin[at], text.end[end - 1]);
  }

  const icu::Normalizer2* form_;  // owned by ICU
};

}  // namespace

std::unique_ptr<Normalizer> make_unicode_form(const std::string& type, const std::string& origin) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* form = type == "NFC"    ? icu::Normalizer2::getNFCInstance(status)
                                 : type == "NFD"  ? icu::Normalizer2::getNFDInstance(status)
                                 : type == "NFKC" ? icu::Normalizer2::getNFKCInstance(status)
                                                  : icu::Normalizer2::getNFKDInstance(status);
  if (U_FAILURE(status)) throw InputError(fmt::format("{}: the Unicode library has no {} data", origin, type));
  return std::make_unique<UnicodeForm>(form);
}

}  // namespace llmops::text
