#include "data/clean/clean_spec.h"

#include "data/read/input_spec.h"

namespace llmops::data {

void read_clean(config::YamlObject object, CleanSpec& clean) {
  clean.nfc = read_choice(object, "unicode", "nfc", {"nfc", "keep"}) == "nfc";
  clean.strip_html = read_choice(object, "html", "strip", {"strip", "keep"}) == "strip";
  clean.fix_mojibake = read_choice(object, "mojibake", "fix", {"fix", "keep"}) == "fix";
  clean.collapse = read_choice(object, "whitespace", "tidy", {"tidy", "collapse"}) == "collapse";
  for (const auto& [key, target] : {std::pair{"min_words", &clean.min_words},
                                    {"max_words", &clean.max_words},
                                    {"min_chars", &clean.min_chars},
                                    {"max_chars", &clean.max_chars}}) {
    object.optional(key, *target);
    object.check(*target >= 0, key, "is negative", "0 turns the rule off");
  }
  read_language(object.object("language"), clean.language);
  read_quality(object, clean.quality);
  read_word_lists(object, clean.lists);
  read_perplexity(object.object("perplexity"), clean.perplexity);
  read_custom_rules(object, clean.custom);
  object.optional("filter_cmd", clean.filter_cmd);
}

Json CleanSpec::text_json() const {
  return {{"unicode", nfc ? "nfc" : "keep"},
          {"html", strip_html ? "strip" : "keep"},
          {"mojibake", fix_mojibake ? "fix" : "keep"},
          {"whitespace", collapse ? "collapse" : "tidy"}};
}

Json CleanSpec::rules_json() const {
  return {{"min_words", min_words},
          {"max_words", max_words},
          {"min_chars", min_chars},
          {"max_chars", max_chars},
          {"language", language_json(language)},
          {"rules", quality_json(quality)},
          {"lists", word_lists_json(lists)},
          {"perplexity", perplexity_json(perplexity)},
          {"custom", custom_rules_json(custom)},
          {"filter_cmd", filter_cmd}};
}

Json clean_json(const CleanSpec& clean) {
  Json json = clean.text_json();
  json.update(clean.rules_json());
  return json;
}

}  // namespace llmops::data
