// Judges answers.
#include "train/rewards.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "core/error.h"

namespace llmops::train {
namespace {

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

/// Lower case in ASCII, runs of space as one.
std::string folded(std::string_view text) {
  std::string result;
  for (const char c : trimmed(text)) {
    const bool space = c == ' ' || c == '\t' || c == '\r' || c == '\n';
    if (space && result.ends_with(' ')) continue;
    result += space ? ' ' : static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  }
  return result;
}

/// Commas between thousands mean nothing.
std::optional<double> number(std::string_view text) {
  std::string digits(trimmed(text));
  std::erase(digits, ',');
  if (digits.starts_with('$') || digits.starts_with('+')) digits.erase(0, 1);
  double value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return error == std::errc() && end == digits.data() + digits.size() && !digits.empty() ? std::optional(value)
                                                                                         : std::nullopt;
}

/// The last match, or none.
std::optional<std::string_view> last_match(const std::optional<text::Regex>& pattern, std::string_view text) {
  if (!pattern) return text;
  std::vector<text::Range> matches;
  pattern->find_all(text, matches);
  if (matches.empty()) return std::nullopt;
  return text.substr(matches.back().begin, matches.back().end - matches.back().begin);
}

bool same_answer(const std::optional<text::Regex>& pattern, std::string_view answer, std::string_view own) {
  const auto found = last_match(pattern, answer), wanted = last_match(pattern, own);
  if (!found || !wanted) return false;
  const auto number_found = number(*found), number_wanted = number(*wanted);
  if (number_found && number_wanted) return *number_found == *number_wanted;
  return folded(*found) == folded(*wanted);
}

infer::EngineOptions options_of(const RewardRule& rule) {
  infer::EngineOptions options;
  options.model = rule.model_path.string();
  options.adapter = rule.model_adapter.string();
  return options;
}

bool fits(const text::JsonSchema& schema, std::string_view answer) {
  const Json value = Json::parse(answer, nullptr, /*allow_exceptions=*/false);
  return !value.is_discarded() && schema.accepts(value);
}

}  // namespace

Rewards::Rewards(const std::vector<RewardRule>& rules) {
  for (const RewardRule& rule : rules) {
    Rule made{rule.type, rule.weight, std::nullopt, std::nullopt, nullptr};
    if (rule.type == "model") made.model = std::make_unique<infer::RewardModel>(options_of(rule));
    if (!rule.pattern.empty()) made.pattern.emplace(rule.pattern, "rewards: pattern");
    if (rule.type == "json_schema") made.schema.emplace(rule.schema);
    rules_.push_back(std::move(made));
    std::string name = "rewards/" + rule.type;
    const auto before = std::count_if(rules.begin(), rules.begin() + static_cast<std::ptrdiff_t>(names_.size()),
                                      [&](const RewardRule& other) { return other.type == rule.type; });
    if (before > 0) name += "_" + std::to_string(before + 1);
    names_.push_back(std::move(name));
  }
}

double Rewards::reward(const Rule& rule, std::string_view answer, std::string_view own) {
  if (rule.type == "json_schema") return fits(*rule.schema, answer) ? 1 : 0;
  if (rule.type == "regex") return last_match(rule.pattern, answer) ? 1 : 0;
  return same_answer(rule.pattern, answer, own) ? 1 : 0;
}

std::vector<double> Rewards::of(std::string_view answer, std::string_view own,
                                const std::vector<text::TokenId>& whole) const {
  std::vector<double> found;
  for (const Rule& rule : rules_) {
    if (rule.model != nullptr) {
      rule.model->check(whole, "a prompt with its answer");
      found.push_back(rule.model->rewards({&whole, 1}).front());
    } else {
      found.push_back(reward(rule, answer, own));
    }
  }
  return found;
}

void check_reward_models(const std::vector<RewardRule>& rules, const std::string& tokenizer_fingerprint) {
  for (const RewardRule& rule : rules) {
    if (rule.type != "model") continue;
    if (!infer::is_reward_model(rule.model_path.string(), rule.model_adapter.string())) {
      throw InputError(fmt::format("rewards: '{}' is a language model: it has no rewards", rule.model),
                       "train one with 'reward_model: true'");
    }
    const model::StoredWeights stored(rule.model_path);
    if (infer::load_tokenizer(stored)->fingerprint() == tokenizer_fingerprint) continue;
    throw InputError(fmt::format("rewards: '{}' has another tokenizer than the base model", rule.model),
                     "it judges the tokens that are drawn; train a reward model of the same family");
  }
}

double Rewards::total(const std::vector<double>& rewards) const {
  double sum = 0;
  for (std::size_t i = 0; i < rules_.size(); ++i) sum += rules_[i].weight * rewards[i];
  return sum;
}

}  // namespace llmops::train
