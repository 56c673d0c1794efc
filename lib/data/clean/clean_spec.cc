#include "data/clean/clean_spec.h"

#include "data/read/input_spec.h"

namespace llmops::data {

void read_clean(config::YamlObject object, CleanSpec& clean) {
  clean.nfc = read_choice(object, "unicode", "nfc", {"nfc", "keep"}) == "nfc";
  clean.strip_html = read_choice(object, "html", "strip", {"strip", "keep"}) == "strip";
  clean.collapse = read_choice(object, "whitespace", "tidy", {"tidy", "collapse"}) == "collapse";
  for (const auto& [key, target] : {std::pair{"min_words", &clean.min_words},
                                    {"max_words", &clean.max_words},
                                    {"min_chars", &clean.min_chars},
                                    {"max_chars", &clean.max_chars}}) {
    object.optional(key, *target);
    object.check(*target >= 0, key, "is negative", "0 turns the rule off");
  }
}

Json CleanSpec::text_json() const {
  return {{"unicode", nfc ? "nfc" : "keep"},
          {"html", strip_html ? "strip" : "keep"},
          {"whitespace", collapse ? "collapse" : "tidy"}};
}

Json CleanSpec::rules_json() const {
  return {{"min_words", min_words}, {"max_words", max_words}, {"min_chars", min_chars}, {"max_chars", max_chars}};
}

Json clean_json(const CleanSpec& clean) {
  Json json = clean.text_json();
  json.update(clean.rules_json());
  return json;
}

}  // namespace llmops::data
