// Normalizers of tokenizer.json: changes to the text before it is cut into words, with offsets kept.
#include "text/bpe/normalizer.h"

#include <fmt/format.h>
#include <unicode/normalizer2.h>

#include "core/error.h"
#include "text/bpe/pattern.h"
#include "text/unicode.h"
#include "text/utf8.h"

namespace llmops::text {
namespace {

// One of Unicode's normal forms. A run of characters that may interact is normalized as one; where that changes it, all
// of its bytes stem from the whole run.
class UnicodeForm : public Normalizer {
 public:
  explicit UnicodeForm(const icu::Normalizer2* form) : form_(form) {}

  bool leaves(std::string_view text) const override {
    UErrorCode status = U_ZERO_ERROR;
    return utf8_valid(text) && form_->isNormalizedUTF8({text.data(), static_cast<int32_t>(text.size())}, status) &&
           U_SUCCESS(status);
  }

  void apply(AlignedText& text) const override {
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

std::unique_ptr<Normalizer> unicode_form(const std::string& type, const std::string& origin) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* form = type == "NFC"    ? icu::Normalizer2::getNFCInstance(status)
                                 : type == "NFD"  ? icu::Normalizer2::getNFDInstance(status)
                                 : type == "NFKC" ? icu::Normalizer2::getNFKCInstance(status)
                                                  : icu::Normalizer2::getNFKDInstance(status);
  if (U_FAILURE(status)) throw InputError(fmt::format("{}: the Unicode library has no {} data", origin, type));
  return std::make_unique<UnicodeForm>(form);
}

class Lowercase : public Normalizer {
 public:
  void apply(AlignedText& text) const override {
    AlignedText out;
    for (std::size_t at = 0; at < text.text.size();) {
      const Utf8Step step = utf8_step(text.text, at);
      if (step.valid) {
        std::string lower;
        append_utf8(lower, to_lower(step.code_point));
        out.append(lower, text.begin[at], text.end[at + step.length - 1]);
      } else {
        out.append_from(text, at, step.length);
      }
      at += step.length;
    }
    text = std::move(out);
  }
};

class Prepend : public Normalizer {
 public:
  explicit Prepend(std::string bytes) : bytes_(std::move(bytes)) {}
  bool leaves(std::string_view text) const override { return text.empty(); }
  void apply(AlignedText& text) const override {
    if (!text.text.empty()) prepend(text, bytes_);
  }

 private:
  std::string bytes_;
};

class Replace : public Normalizer {
 public:
  Replace(Regex pattern, std::string content) : pattern_(std::move(pattern)), content_(std::move(content)) {}

  void apply(AlignedText& text) const override {
    std::vector<Range> matches;
    pattern_.find_all(text.text, matches);
    if (matches.empty()) return;
    AlignedText out;
    std::size_t at = 0;
    for (const Range& match : matches) {
      out.append_from(text, at, match.begin - at);
      out.append(content_, text.begin[match.begin], text.end[match.end - 1]);
      at = match.end;
    }
    out.append_from(text, at, text.text.size() - at);
    text = std::move(out);
  }

 private:
  Regex pattern_;
  std::string content_;
};

class Strip : public Normalizer {
 public:
  Strip(bool left, bool right) : left_(left), right_(right) {}

  void apply(AlignedText& text) const override {
    std::size_t begin = 0;
    std::size_t end = 0;  // of the last character that stays
    bool started = false;
    for (std::size_t at = 0; at < text.text.size();) {
      const Utf8Step step = utf8_step(text.text, at);
      const bool space = step.valid && is_white_space(step.code_point);
      if (!space && !started) begin = at;
      if (!space) started = true;
      at += step.length;
      if (!space) end = at;
    }
    if (!started) begin = end = 0;
    if (!left_) begin = 0;
    if (!right_) end = text.text.size();
    if (!started && (left_ || right_)) end = 0;
    AlignedText out;
    out.append_from(text, begin, end - begin);
    text = std::move(out);
  }

 private:
  bool left_;
  bool right_;
};

class NormalizerSequence : public Normalizer {
 public:
  explicit NormalizerSequence(std::vector<std::unique_ptr<Normalizer>> parts) : parts_(std::move(parts)) {}
  bool leaves(std::string_view text) const override {
    for (const auto& part : parts_) {
      if (!part->leaves(text)) return false;
    }
    return true;
  }
  void apply(AlignedText& text) const override {
    for (const auto& part : parts_) part->apply(text);
  }

 private:
  std::vector<std::unique_ptr<Normalizer>> parts_;
};

}  // namespace

Normalizer::~Normalizer() = default;
bool Normalizer::leaves(std::string_view) const { return false; }

void throw_unsupported(const std::string& origin, const char* what, const std::string& type,
                       const std::string& supported) {
  throw InputError(fmt::format("{}: {} type '{}' is not supported", origin, what, type), "supported: " + supported);
}

std::unique_ptr<Normalizer> make_normalizer(const Json& rule, const std::string& origin) {
  if (rule.is_null()) return nullptr;
  const std::string where = origin + ": normalizer";
  const auto type = json_get<std::string>(rule, "type", where);
  if (type == "NFC" || type == "NFD" || type == "NFKC" || type == "NFKD") return unicode_form(type, origin);
  if (type == "Lowercase") return std::make_unique<Lowercase>();
  if (type == "Prepend") return std::make_unique<Prepend>(json_get<std::string>(rule, "prepend", where));
  if (type == "Replace") {
    return std::make_unique<Replace>(read_pattern(rule, where), json_get<std::string>(rule, "content", where));
  }
  if (type == "Strip") {
    return std::make_unique<Strip>(json_get_or(rule, "strip_left", true, where),
                                   json_get_or(rule, "strip_right", true, where));
  }
  if (type == "Sequence") {
    std::vector<std::unique_ptr<Normalizer>> parts;
    for (const Json& part : json_get_or(rule, "normalizers", Json::array(), where)) {
      if (auto made = make_normalizer(part, origin)) parts.push_back(std::move(made));
    }
    return parts.empty() ? nullptr : std::make_unique<NormalizerSequence>(std::move(parts));
  }
  throw_unsupported(origin, "normalizer", type, "NFC, NFD, NFKC, NFKD, Lowercase, Prepend, Replace, Strip, Sequence");
}

}  // namespace llmops::text
