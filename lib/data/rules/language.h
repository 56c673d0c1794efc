// Language identification: which language a text is in, and the rules that keep some languages.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "config/yaml_reader.h"
#include "core/json.h"

namespace llmops::data {

/// `clean: {language: {keep: [en], min_score: 0.65, model: cld2}}`
struct LanguageSpec {
  std::vector<std::string> keep;  ///< ISO 639-1 codes where there are; empty is off
  double min_score = 0.65;        ///< 0 to 1; 0 is off
  std::string model = "cld2";     ///< or the path of a fastText .bin or .ftz, relative to the recipe's folder
};

void read_language(config::YamlObject object, LanguageSpec& spec);
Json language_json(const LanguageSpec& spec);

struct LanguageGuess {
  std::string code;  ///< ISO 639-1 where there is one, else the model's own; "und" where nothing was found
  double score = 0;  ///< 0 to 1
};

/// Immutable; many threads may ask one.
///
/// CLD2 is built in and needs no file; its score is the share of the text's bytes in the language, or 0 where CLD2
/// itself calls its answer unreliable (most texts below 100 bytes). A fastText model's score is its probability. The
/// two are not on one scale: 0.65 suits lid.176, and takes from CLD2 what is more than a third in other languages.
class LanguageIdentifier {
 public:
  /// @param model   as LanguageSpec::model
  /// @param folder  that a relative path starts from
  /// @throws NotFoundError, InputError  for a model that is not there or not one
  explicit LanguageIdentifier(const std::string& model = "cld2", const std::filesystem::path& folder = {});
  ~LanguageIdentifier();
  LanguageIdentifier(LanguageIdentifier&&) noexcept;
  LanguageIdentifier& operator=(LanguageIdentifier&&) noexcept;

  /// @param utf8  valid; of broken text the guess is "und"
  LanguageGuess identify(std::string_view utf8) const;
  /// Every code that identify() can give, sorted, but for "und".
  std::vector<std::string> codes() const;

  class Model;

 private:
  std::unique_ptr<const Model> model_;
};

/// The `keep` of a recipe, checked against what its model knows.
class LanguageRule {
 public:
  /// @throws as LanguageIdentifier; ConfigError for a language that the model never gives, which would keep nothing
  LanguageRule(const LanguageSpec& spec, const std::filesystem::path& folder);

  /// "" or the rule that the guess breaks: "language" (not among those kept), "language_score" (too unsure).
  std::string broken(const LanguageGuess& guess) const;
  const LanguageIdentifier& identifier() const { return identifier_; }

 private:
  std::vector<std::string> keep_;  ///< as language_code() spells them
  double min_score_;
  LanguageIdentifier identifier_;
};

}  // namespace llmops::data
