// What an answer is worth, by rule or by a reward model. Free of libtorch.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "infer/reward_model.h"
#include "text/json_schema.h"
#include "text/regex.h"
#include "train/grpo_recipe.h"

namespace llmops::train {

class Rewards {
 public:
  /// Reads the rules' models. @throws as infer::RewardModel()
  explicit Rewards(const std::vector<RewardRule>& rules);

  /// Of each rule, unweighted: 1 or 0, or what a reward model says.
  /// - "answer": what the pattern matches last in the answer (all of it without one) is what it matches last in the
  ///   record's own answer: the same number, or the same letters but for case and space.
  /// - "regex": the pattern matches somewhere in the answer.
  /// - "json_schema": the answer is JSON that fits the schema, and nothing else.
  /// - "model": the reward of the whole conversation.
  /// @param own    the answer that the record holds
  /// @param whole  prompt, answer and what ends it, as tokens; read by models alone
  /// @throws InputError  a conversation that is longer than a model's context
  std::vector<double> of(std::string_view answer, std::string_view own, const std::vector<text::TokenId>& whole) const;
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
    std::unique_ptr<infer::RewardModel> model;
  };
  static double reward(const Rule& rule, std::string_view answer, std::string_view own);
  std::vector<Rule> rules_;
  std::vector<std::string> names_;
};

/// To be called before the first step.
/// @param tokenizer_fingerprint  of the model that answers, whose tokens are judged
/// @throws InputError  a rule's model is no reward model, or has another tokenizer
void check_reward_models(const std::vector<RewardRule>& rules, const std::string& tokenizer_fingerprint);

}  // namespace llmops::train
