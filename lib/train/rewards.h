// What an answer is worth, by rules that need no judge. Free of libtorch.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "text/json_schema.h"
#include "text/regex.h"
#include "train/grpo_recipe.h"

namespace llmops::train {

class Rewards {
 public:
  explicit Rewards(const std::vector<RewardRule>& rules);

  /// Of each rule, unweighted: 1 or 0.
  /// - "answer": what the pattern matches last in the answer (all of it without one) is what it matches last in the
  ///   record's own answer: the same number, or the same letters but for case and space.
  /// - "regex": the pattern matches somewhere in the answer.
  /// - "json_schema": the answer is JSON that fits the schema, and nothing else.
  /// @param own  the answer that the record holds
  std::vector<double> of(std::string_view answer, std::string_view own) const;
  /// The rules' figures with their weights, added up.
  double total(const std::vector<double>& rewards) const;
  /// "rewards/answer", with a number behind where a type comes again.
  const std::vector<std::string>& names() const { return names_; }

 private:
  struct Rule {
    std::string type;
    double weight;
    std::optional<text::Regex> pattern;
    std::optional<text::JsonSchema> schema;
  };
  static double reward(const Rule& rule, std::string_view answer, std::string_view own);
  std::vector<Rule> rules_;
  std::vector<std::string> names_;
};

}  // namespace llmops::train
