// The one list of the thresholds' names: reading and writing both go through it.
#include "data/rules/quality_spec.h"

#include <fmt/format.h>

#include <algorithm>

namespace llmops::data {

namespace {

using config::YamlObject;

// Reads each threshold from YAML, and checks it.
class Reader {
 public:
  explicit Reader(YamlObject& object) : object_(object) {}
  void share(const std::string& key, double& value) {
    object_.optional(key, value);
    object_.check(value >= 0 && value <= 1, key, "is not between 0 and 1", "0 turns the rule off");
  }
  void number(const std::string& key, double& value) {
    object_.optional(key, value);
    object_.check(value >= 0, key, "is negative", "0 turns the rule off");
  }
  void number(const std::string& key, int& value) {
    object_.optional(key, value);
    object_.check(value >= 0, key, "is negative", "0 turns the rule off");
  }
  void flag(const std::string& key, bool& value) { object_.optional(key, value); }
  void words(const std::string& key, std::vector<std::string>& value) {
    object_.optional(key, value);
    object_.check(value.size() <= 64, key, "has more than 64 words");
  }

 private:
  YamlObject& object_;
};

// Writes each threshold.
class Writer {
 public:
  template <typename T>
  void share(const std::string& key, T& value) {
    json[key] = value;
  }
  template <typename T>
  void number(const std::string& key, T& value) {
    json[key] = value;
  }
  void flag(const std::string& key, bool& value) { json[key] = value; }
  void words(const std::string& key, std::vector<std::string>& value) { json[key] = value; }
  Json json = Json::object();
};

template <typename Visitor>
void visit(Visitor& v, GopherQualitySpec& spec) {
  v.number("min_words", spec.min_words);
  v.number("max_words", spec.max_words);
  v.number("min_mean_word_length", spec.min_mean_word_length);
  v.number("max_mean_word_length", spec.max_mean_word_length);
  v.number("max_symbols", spec.max_symbols);
  v.share("max_bullet_lines", spec.max_bullet_lines);
  v.share("max_ellipsis_lines", spec.max_ellipsis_lines);
  v.share("min_alphabetic", spec.min_alphabetic);
  v.number("min_stop_words", spec.min_stop_words);
  v.words("stop_words", spec.stop_words);
}

template <typename Visitor>
void visit(Visitor& v, GopherRepetitionSpec& spec) {
  v.share("max_duplicate_lines", spec.max_duplicate_lines);
  v.share("max_duplicate_line_chars", spec.max_duplicate_line_chars);
  v.share("max_duplicate_paragraphs", spec.max_duplicate_paragraphs);
  v.share("max_duplicate_paragraph_chars", spec.max_duplicate_paragraph_chars);
  for (std::size_t i = 0; i < spec.max_top_ngrams.size(); ++i) {
    v.share(fmt::format("max_top_{}gram", i + 2), spec.max_top_ngrams[i]);
  }
  for (std::size_t i = 0; i < spec.max_duplicate_ngrams.size(); ++i) {
    v.share(fmt::format("max_duplicate_{}gram", i + 5), spec.max_duplicate_ngrams[i]);
  }
}

template <typename Visitor>
void visit(Visitor& v, C4Spec& spec) {
  v.flag("terminal_punctuation", spec.terminal_punctuation);
  v.flag("remove_citations", spec.remove_citations);
  v.number("min_sentences", spec.min_sentences);
  v.number("min_line_words", spec.min_line_words);
  v.number("max_word_length", spec.max_word_length);
  v.flag("lorem_ipsum", spec.lorem_ipsum);
  v.flag("curly_bracket", spec.curly_bracket);
  v.flag("javascript", spec.javascript);
  v.flag("policy", spec.policy);
}

template <typename Visitor>
void visit(Visitor& v, FineWebSpec& spec) {
  v.share("min_punctuation", spec.min_punctuation);
  v.share("max_short_lines", spec.max_short_lines);
  v.number("short_line_chars", spec.short_line_chars);
  v.share("max_duplicate_chars", spec.max_duplicate_chars);
  v.number("max_newlines", spec.max_newlines);
}

template <typename Visitor>
void visit_rules(Visitor& v, RuleSet rules, QualitySpec& spec) {
  switch (rules) {
    case RuleSet::kGopherQuality: return visit(v, spec.gopher_quality);
    case RuleSet::kGopherRepetition: return visit(v, spec.gopher_repetition);
    case RuleSet::kC4: return visit(v, spec.c4);
    case RuleSet::kFineWeb: return visit(v, spec.fineweb);
  }
}

}  // namespace

void read_quality(YamlObject& clean, QualitySpec& spec) {
  if (!clean.has("rules")) return;
  spec.rules.clear();
  for (auto& [name, object] : clean.named_objects("rules")) {
    const auto found = std::find(kRuleSetNames.begin(), kRuleSetNames.end(), name);
    const bool known = found != kRuleSetNames.end();
    clean.check(known, "rules", "has unknown rules '" + name + "'",
                "known: gopher_quality, gopher_repetition, c4, fineweb");
    if (!known) continue;
    const auto rules = static_cast<RuleSet>(found - kRuleSetNames.begin());
    const bool twice = std::find(spec.rules.begin(), spec.rules.end(), rules) != spec.rules.end();
    clean.check(!twice, "rules", "has '" + name + "' twice");
    if (twice) continue;
    spec.rules.push_back(rules);
    Reader reader(object);
    visit_rules(reader, rules, spec);
  }
}

Json quality_json(const QualitySpec& spec) {
  Json list = Json::array();
  QualitySpec copy = spec;
  for (const RuleSet rules : spec.rules) {
    Writer writer;
    visit_rules(writer, rules, copy);
    list.push_back({{kRuleSetNames[static_cast<std::size_t>(rules)], std::move(writer.json)}});
  }
  return list;
}

}  // namespace llmops::data
