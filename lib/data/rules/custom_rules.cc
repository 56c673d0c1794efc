// Runs the user's rules on one row.
#include "data/rules/custom_rules.h"

#include "data/rules/conditions.h"
#include "data/rules/pattern.h"
#include "data/rules/text_measures.h"

namespace llmops::data {

namespace {

enum class Verdict { kHolds, kDoesNot, kUndecided };

// One row: its fields, its text, and what has been measured of it.
class Row {
 public:
  Row(const Json& fields, std::string_view text) : fields_(fields), text_(text) {}

  Verdict judge(const CustomRule& rule, const Pattern* pattern) {
    if (pattern != nullptr) return match(rule, *pattern);
    if (const std::optional<Json> figure = text_figure(rule.field, text_, measures_)) {
      return verdict(holds(&*figure, rule.op, rule.value));
    }
    if (rule.field != "text") return verdict(holds(find(rule.field), rule.op, rule.value));
    if (!text_json_) text_json_ = std::string(text_);
    return verdict(holds(&*text_json_, rule.op, rule.value));
  }

 private:
  static Verdict verdict(bool holds) { return holds ? Verdict::kHolds : Verdict::kDoesNot; }

  const Json* find(std::string_view field) const {
    if (field.starts_with("row.")) field.remove_prefix(4);
    return find_field(fields_, field);
  }

  Verdict match(const CustomRule& rule, const Pattern& pattern) const {
    std::string_view subject = text_;
    if (rule.field != "text") {
      const Json* found = find(rule.field);
      if (found == nullptr || !found->is_string()) return Verdict::kDoesNot;
      subject = found->get_ref<const std::string&>();
    }
    const Pattern::Match result = pattern.find(subject);
    return result == Pattern::Match::kTooLong ? Verdict::kUndecided : verdict(result == Pattern::Match::kYes);
  }

  const Json& fields_;
  std::string_view text_;
  std::optional<TextMeasures> measures_;
  std::optional<Json> text_json_;
};

}  // namespace

CustomRules::CustomRules(std::vector<CustomRule> rules) : rules_(std::move(rules)) {
  for (const CustomRule& rule : rules_) {
    const bool matches = rule.op == Operator::kMatches && rule.value.is_string();
    patterns_.push_back(matches ? std::make_unique<Pattern>(rule.value.get<std::string>()) : nullptr);
  }
}

CustomRules::~CustomRules() = default;
CustomRules::CustomRules(CustomRules&&) noexcept = default;
CustomRules& CustomRules::operator=(CustomRules&&) noexcept = default;

std::string CustomRules::broken_rule(const Json& fields, std::string_view text) const {
  Row row(fields, text);
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    const Verdict verdict = row.judge(rules_[i], patterns_[i].get());
    if (verdict == Verdict::kUndecided) return "custom_" + rules_[i].name + "_undecided";
    if ((verdict == Verdict::kHolds) != rules_[i].keep) return "custom_" + rules_[i].name;
  }
  return "";
}

}  // namespace llmops::data
