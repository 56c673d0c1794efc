// Draws answers with the engine that serves, and judges them.
#include "train/rollouts.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/files.h"
#include "infer/open_engine.h"
#include "ops/paged_attention.h"
#include "train/random.h"

namespace llmops::train {
namespace {

constexpr double kLeastDeviation = 1e-4;

/// Where what is supervised last begins.
std::size_t answer_begin(const Example& example) {
  std::size_t end = example.supervised.size();
  while (end > 0 && example.supervised[end - 1] == 0) --end;
  while (end > 0 && example.supervised[end - 1] != 0) --end;
  return end;
}

std::string own_answer(const text::Tokenizer& tokenizer, const Example& example) {
  std::string answer;
  for (std::size_t i = answer_begin(example); i < example.tokens.size() && example.supervised[i] != 0; ++i) {
    answer += tokenizer.token_bytes(example.tokens[i], /*skip_special=*/true);
  }
  return answer;
}

infer::SamplingOptions sampling(const FinetuneRecipe& recipe, const RolloutOptions& options, std::size_t place) {
  infer::SamplingOptions found;
  found.max_tokens = recipe.grpo.max_completion_length;
  found.seed = Random({recipe.seed, kRolloutStream, options.step, place}).next();
  if (options.greedy) return found;
  found.temperature = recipe.grpo.temperature;
  found.top_p = recipe.grpo.top_p;
  found.top_k = recipe.grpo.top_k;
  return found;
}

/// With room for what is asked and no more, as the trainer's own memory lies beside it.
infer::EngineOptions engine_options(const FinetuneRecipe& recipe, const std::vector<Example>& examples,
                                    const std::vector<std::uint32_t>& prompts, const fs::path& adapter) {
  std::int64_t longest = 0;
  for (const std::uint32_t prompt : prompts) longest = std::max(longest, examples[prompt].length());
  infer::EngineOptions options;
  options.model = recipe.base_path.string();
  options.adapter = adapter.string();
  options.threads = recipe.threads;
  options.cache_tokens = options.max_batch * (longest + recipe.grpo.max_completion_length + ops::kBlockTokens);
  return options;
}

/// Prompt and answer with what ends the record's own: the conversation as a reward model was taught it.
std::vector<text::TokenId> whole(const Example& asked, const infer::GenerateResult& answer,
                                 std::optional<text::TokenId> eos) {
  const auto begin = asked.tokens.begin();
  auto end = begin + std::distance(asked.supervised.begin(),
                                   std::find(asked.supervised.rbegin(), asked.supervised.rend(), 1).base());
  if (end != begin && eos && *(end - 1) == *eos) --end;
  std::vector<text::TokenId> tokens(begin, begin + static_cast<std::ptrdiff_t>(answer_begin(asked)));
  tokens.insert(tokens.end(), answer.tokens.begin(), answer.tokens.end());
  tokens.insert(tokens.end(), end, asked.tokens.end());
  return tokens;
}

Example answered(const Example& asked, const infer::GenerateResult& answer, std::optional<text::TokenId> eos) {
  Example example;
  const auto begin = static_cast<std::ptrdiff_t>(answer_begin(asked));
  example.tokens.assign(asked.tokens.begin(), asked.tokens.begin() + begin);
  example.supervised.assign(example.tokens.size(), 0);
  example.tokens.insert(example.tokens.end(), answer.tokens.begin(), answer.tokens.end());
  if (answer.finish_reason == "stop" && eos) example.tokens.push_back(*eos);
  example.supervised.resize(example.tokens.size(), 1);
  example.supervised_tokens = static_cast<std::int64_t>(example.tokens.size()) - begin;
  return example;
}

double mean(const std::vector<double>& values) {
  return values.empty() ? 0 : std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// Over n - 1; 0 of a single one.
double deviation(std::span<const double> values) {
  if (values.size() < 2) return 0;
  const double middle = std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
  double squares = 0;
  for (const double value : values) squares += (value - middle) * (value - middle);
  return std::sqrt(squares / static_cast<double>(values.size() - 1));
}

/// Of each group of `each`.
std::vector<double> group_deviations(const std::vector<double>& rewards, std::size_t each) {
  std::vector<double> found;
  for (std::size_t i = 0; i < rewards.size(); i += each) found.push_back(deviation({rewards.data() + i, each}));
  return found;
}

}  // namespace

std::vector<double> advantages_of(const std::vector<double>& rewards, int answers_each, const std::string& scale) {
  const auto each = static_cast<std::size_t>(answers_each);
  const std::vector<double> deviations = group_deviations(rewards, each);
  const double of_all = deviation(rewards);
  std::vector<double> found;
  for (std::size_t i = 0; i < rewards.size(); ++i) {
    const auto begin = rewards.begin() + static_cast<std::ptrdiff_t>(i / each * each);
    const double middle = std::accumulate(begin, begin + answers_each, 0.0) / static_cast<double>(each);
    const double by = scale == "none" ? 1 : (scale == "batch" ? of_all : deviations[i / each]) + kLeastDeviation;
    found.push_back((rewards[i] - middle) / by);
  }
  return found;
}

Rollouts answer_prompts(const FinetuneRecipe& recipe, const std::vector<Example>& examples,
                        std::span<const MicroBatch> window, const std::filesystem::path& adapter,
                        const RolloutOptions& options) {
  Rollouts rollouts;
  for (const MicroBatch& batch : window) rollouts.prompts.insert(rollouts.prompts.end(), batch.begin(), batch.end());
  rollouts.answers_each = options.greedy ? 1 : recipe.grpo.num_generations;
  const auto engine = infer::open_engine(engine_options(recipe, examples, rollouts.prompts, adapter));
  const text::Tokenizer& tokenizer = engine->tokenizer();
  std::vector<infer::GenerateRequest> requests;
  for (const std::uint32_t prompt : rollouts.prompts) {
    const Example& example = examples[prompt];
    const auto begin = example.tokens.begin();
    for (int i = 0; i < rollouts.answers_each; ++i) {
      infer::GenerateRequest& request = requests.emplace_back();
      request.prompt.assign(begin, begin + static_cast<std::ptrdiff_t>(answer_begin(example)));
      request.sampling = sampling(recipe, options, requests.size());
    }
  }
  const std::vector<infer::GenerateResult> results = engine->generate(requests);

  const Rewards judge(recipe.grpo.rewards);
  std::vector<std::vector<double>> by_rule(judge.names().size());
  std::vector<double> lengths, cut;
  for (std::size_t i = 0; i < results.size(); ++i) {
    const Example& asked = examples[rollouts.prompts[i / static_cast<std::size_t>(rollouts.answers_each)]];
    const std::vector<double> rewards =
        judge.of(results[i].text, own_answer(tokenizer, asked), whole(asked, results[i], tokenizer.eos_id()));
    for (std::size_t rule = 0; rule < rewards.size(); ++rule) by_rule[rule].push_back(rewards[rule]);
    rollouts.rewards.push_back(judge.total(rewards));
    rollouts.examples.push_back(answered(asked, results[i], tokenizer.eos_id()));
    lengths.push_back(static_cast<double>(rollouts.examples.back().supervised_tokens));
    cut.push_back(results[i].finish_reason == "length" ? 1 : 0);
  }
  rollouts.advantages = advantages_of(rollouts.rewards, rollouts.answers_each, recipe.grpo.scale_rewards);
  const std::vector<double> deviations =
      group_deviations(rollouts.rewards, static_cast<std::size_t>(rollouts.answers_each));
  const auto alike = static_cast<double>(std::count(deviations.begin(), deviations.end(), 0.0));
  rollouts.measures = {
      {"reward", mean(rollouts.rewards)},
      {"reward_std", mean(deviations)},
      {"frac_reward_zero_std", alike / static_cast<double>(std::max<std::size_t>(1, deviations.size()))}};
  for (std::size_t rule = 0; rule < by_rule.size(); ++rule) {
    rollouts.measures.emplace_back(judge.names()[rule], mean(by_rule[rule]));
  }
  rollouts.measures.emplace_back("completions/mean_length", mean(lengths));
  rollouts.measures.emplace_back("completions/clipped_ratio", mean(cut));
  return rollouts;
}

}  // namespace llmops::train
