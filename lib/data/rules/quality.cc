// Runs the sets of rules in order; behind C4's they look at another text.
#include "data/rules/quality.h"

#include <algorithm>
#include <utility>

#include "data/rules/lines.h"
#include "data/rules/rule_sets.h"

namespace llmops::data {

const std::vector<Word>& MeasuredText::words() {
  if (!words_) words_ = split_words(text_);
  return *words_;
}

const std::vector<std::string_view>& MeasuredText::lines() {
  if (!lines_) lines_ = split_lines(text_);
  return *lines_;
}

std::size_t MeasuredText::chars() {
  if (!chars_) chars_ = count_chars(text_);
  return *chars_;
}

namespace {

// @param left  receives what C4's rules leave of the text, where they are on
std::string run_rules(const QualitySpec& spec, std::string_view text, std::optional<std::string>& left) {
  MeasuredText measured(text);
  for (const RuleSet rules : spec.rules) {
    std::string broken;
    switch (rules) {
      case RuleSet::kGopherQuality: broken = broken_gopher_quality(measured, spec.gopher_quality); break;
      case RuleSet::kGopherRepetition: broken = broken_gopher_repetition(measured, spec.gopher_repetition); break;
      case RuleSet::kFineWeb: broken = broken_fineweb(measured, spec.fineweb); break;
      case RuleSet::kC4: {
        C4Text kept = apply_c4(text, spec.c4);
        broken = std::move(kept.broken);
        if (!broken.empty() || kept.text == text) break;
        left = std::move(kept.text);
        measured = MeasuredText(*left);
      }
    }
    if (!broken.empty()) return broken;
  }
  return "";
}

}  // namespace

QualityRules::QualityRules(QualitySpec spec) : spec_(std::move(spec)) {}

std::string QualityRules::broken_rule(std::string_view text) const {
  std::optional<std::string> left;
  return run_rules(spec_, text, left);
}

std::string QualityRules::kept_lines(std::string_view text) const {
  if (std::find(spec_.rules.begin(), spec_.rules.end(), RuleSet::kC4) == spec_.rules.end()) return std::string(text);
  C4Spec lines_only = spec_.c4;
  lines_only.lorem_ipsum = lines_only.curly_bracket = false;
  lines_only.min_sentences = 0;
  return apply_c4(text, lines_only).text;
}

std::string QualityRules::apply(std::string& text) const {
  std::optional<std::string> left;
  std::string broken = run_rules(spec_, text, left);
  if (broken.empty() && left) text = std::move(*left);
  return broken;
}

}  // namespace llmops::data
