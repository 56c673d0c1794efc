// Language identification by CLD2 or a fastText model.
#include "data/rules/language.h"

#include <cld2/public/compact_lang_det.h>
#include <cld2/public/encodings.h>

#include <algorithm>

#include "core/error.h"
#include "core/spelling.h"
#include "data/rules/fasttext_model.h"
#include "data/rules/language_code.h"
#include "text/utf8.h"

namespace llmops::data {

class LanguageIdentifier::Model {
 public:
  Model() = default;
  virtual ~Model() = default;
  Model(const Model&) = delete;
  Model& operator=(const Model&) = delete;
  virtual LanguageGuess identify(std::string_view utf8) const = 0;
  virtual std::vector<std::string> codes() const = 0;
};

namespace {

constexpr std::string_view kBuiltIn = "cld2";
constexpr std::size_t kMostBytes = std::size_t{1} << 30;  // CLD2 counts in int; the rest would not change its answer

class Cld2Model final : public LanguageIdentifier::Model {
 public:
  LanguageGuess identify(std::string_view utf8) const override {
    if (utf8.size() > kMostBytes) {
      utf8 = utf8.substr(0, kMostBytes);
      utf8.remove_suffix(text::utf8_partial_suffix(utf8));
    }
    const CLD2::CLDHints no_hints{nullptr, nullptr, CLD2::UNKNOWN_ENCODING, CLD2::UNKNOWN_LANGUAGE};
    CLD2::Language languages[3] = {CLD2::UNKNOWN_LANGUAGE, CLD2::UNKNOWN_LANGUAGE, CLD2::UNKNOWN_LANGUAGE};
    int percents[3] = {}, text_bytes = 0, valid_bytes = 0;
    double scores[3] = {};
    bool reliable = false;
    CLD2::ExtDetectLanguageSummaryCheckUTF8(utf8.data(), static_cast<int>(utf8.size()), /*is_plain_text=*/true,
                                            &no_hints, /*flags=*/0, languages, percents, scores, nullptr, &text_bytes,
                                            &reliable, &valid_bytes);
    if (languages[0] == CLD2::UNKNOWN_LANGUAGE) return {std::string(kUndetermined), 0};
    return {language_code(CLD2::LanguageCode(languages[0])), reliable ? percents[0] / 100.0 : 0.0};
  }

  std::vector<std::string> codes() const override {
    std::vector<std::string> codes;
    for (int i = 0; i < CLD2::NUM_LANGUAGES; ++i) {
      const auto language = static_cast<CLD2::Language>(i);
      if (language != CLD2::UNKNOWN_LANGUAGE) codes.push_back(language_code(CLD2::LanguageCode(language)));
    }
    return codes;
  }
};

class FastTextLanguages final : public LanguageIdentifier::Model {
 public:
  explicit FastTextLanguages(const std::filesystem::path& path) : model_(path) {
    for (const std::string_view label : model_.labels()) codes_.push_back(language_code(label));
  }

  LanguageGuess identify(std::string_view utf8) const override {
    const auto best = text::utf8_valid(utf8) ? model_.classify(utf8) : std::nullopt;
    if (!best) return {std::string(kUndetermined), 0};
    return {codes_[best->label], best->score};
  }

  std::vector<std::string> codes() const override { return codes_; }

 private:
  FastTextModel model_;
  std::vector<std::string> codes_;  ///< by label
};

std::unique_ptr<const LanguageIdentifier::Model> open_model(const std::string& model,
                                                            const std::filesystem::path& folder) {
  if (model == kBuiltIn) return std::make_unique<const Cld2Model>();
  const std::filesystem::path path = folder / model;
  if (!std::filesystem::exists(path)) {
    throw NotFoundError("language model '" + path.string() + "' is not there",
                        "give 'cld2', or the path of a fastText model such as lid.176.ftz");
  }
  return std::make_unique<const FastTextLanguages>(path);
}

}  // namespace

LanguageIdentifier::LanguageIdentifier(const std::string& model, const std::filesystem::path& folder)
    : model_(open_model(model, folder)) {}
LanguageIdentifier::~LanguageIdentifier() = default;
LanguageIdentifier::LanguageIdentifier(LanguageIdentifier&&) noexcept = default;
LanguageIdentifier& LanguageIdentifier::operator=(LanguageIdentifier&&) noexcept = default;

LanguageGuess LanguageIdentifier::identify(std::string_view utf8) const { return model_->identify(utf8); }

std::vector<std::string> LanguageIdentifier::codes() const {
  std::vector<std::string> codes = model_->codes();
  std::sort(codes.begin(), codes.end());
  codes.erase(std::unique(codes.begin(), codes.end()), codes.end());
  return codes;
}

LanguageRule::LanguageRule(const LanguageSpec& spec, const std::filesystem::path& folder)
    : min_score_(spec.min_score), identifier_(spec.model, folder) {
  const std::vector<std::string> known = identifier_.codes();
  for (const std::string& tag : spec.keep) {
    keep_.push_back(language_code(tag));
    if (std::binary_search(known.begin(), known.end(), keep_.back())) continue;
    throw ConfigError("'" + spec.model + "' knows no language '" + tag + "', so 'keep' would take nothing of it",
                      did_you_mean(keep_.back(), known));
  }
}

std::string LanguageRule::broken(const LanguageGuess& guess) const {
  if (keep_.empty()) return "";
  if (std::find(keep_.begin(), keep_.end(), guess.code) == keep_.end()) return "language";
  return guess.score < min_score_ ? "language_score" : "";
}

void read_language(config::YamlObject object, LanguageSpec& spec) {
  object.optional("keep", spec.keep);
  object.optional("min_score", spec.min_score);
  object.optional("model", spec.model);
  object.check(spec.min_score >= 0 && spec.min_score <= 1, "min_score", "is not between 0 and 1");
  object.check(!spec.model.empty(), "model", "is empty", "give 'cld2', or the path of a fastText model");
}

Json language_json(const LanguageSpec& spec) {
  return {{"keep", spec.keep}, {"min_score", spec.min_score}, {"model", spec.model}};
}

}  // namespace llmops::data
