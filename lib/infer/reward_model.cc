#include "infer/reward_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <numeric>

#include "core/cancel.h"
#include "core/error.h"
#include "model/lora_config.h"
#include "model/reward_config.h"

namespace llmops::infer {
namespace {

/// Of sequences in memory together: bounds it where many are short.
constexpr std::size_t kGroupTokens = 8192;

/// Tokens of one step, and whose rewards they tell.
struct Step {
  std::vector<TokenId> tokens;
  std::vector<ops::AttentionSegment> segments;
  std::vector<model::SequenceTraits> traits;
  struct Pick {
    std::size_t row, sequence;
  };
  std::vector<Pick> picks;
};

/// Blocks of each sequence, one after another.
std::vector<std::vector<std::int32_t>> lay_out(std::span<const std::vector<TokenId>> sequences) {
  std::vector<std::vector<std::int32_t>> blocks;
  std::int32_t next = 0;
  for (const std::vector<TokenId>& tokens : sequences) {
    blocks.emplace_back((tokens.size() + ops::kBlockTokens - 1) / ops::kBlockTokens);
    std::iota(blocks.back().begin(), blocks.back().end(), next);
    next += static_cast<std::int32_t>(blocks.back().size());
  }
  return blocks;
}

/// The rewards that `step` tells.
void run(model::InferenceDecoder& decoder, const Step& step, model::KvStore& store, std::span<float> rewards) {
  throw_if_cancelled();
  const std::span<const float> hidden = decoder.hidden(step.tokens, step.segments, store, step.traits);
  const auto width = static_cast<std::size_t>(decoder.config().hidden_size);
  std::vector<float> rows, found(step.picks.size());
  for (const Step::Pick& pick : step.picks) {
    const auto row = hidden.subspan(pick.row * width, width);
    rows.insert(rows.end(), row.begin(), row.end());
  }
  if (found.empty()) return;
  decoder.logits(rows, found);
  for (std::size_t i = 0; i < found.size(); ++i) rewards[step.picks[i].sequence] = found[i];
}

}  // namespace

bool is_reward_model(const std::string& model, const std::string& adapter) {
  if (!adapter.empty() && model::read_lora_config(adapter).classifies()) return true;
  return std::filesystem::is_directory(model) && model::read_model_config(model).labels > 0;
}

RewardModel::RewardModel(const EngineOptions& options)
    : model_(load_model(options)), step_tokens_(options.step_tokens), adapter_(options.adapter.empty() ? -1 : 0) {
  const model::ModelConfig& config = model_.decoder->config();
  if (config.labels == 0) {
    throw InputError(fmt::format("'{}' is a language model: it has no rewards", options.model),
                     "train one with 'reward_model: true'");
  }
  context_ = options.max_context > 0 ? std::min(options.max_context, config.max_position) : config.max_position;
}

void RewardModel::check(std::span<const TokenId> tokens, const std::string& what) const {
  const auto count = static_cast<std::int64_t>(tokens.size());
  if (count == 0) throw InputError(fmt::format("{}: there are no tokens to judge", what));
  if (count > context_) {
    throw InputError(fmt::format("{}: {} tokens, the model's context has {}", what, count, context_), "shorten it");
  }
  for (const TokenId token : tokens) {
    if (token >= 0 && token < model_.info.vocab_size) continue;
    throw InputError(fmt::format("{}: has token {}, the vocabulary has {}", what, token, model_.info.vocab_size));
  }
}

std::vector<float> RewardModel::rewards(std::span<const std::vector<TokenId>> sequences) {
  std::vector<float> found(sequences.size());
  for (std::size_t begin = 0; begin < sequences.size();) {
    std::size_t end = begin, tokens = 0;
    while (end < sequences.size() && (end == begin || tokens + sequences[end].size() <= kGroupTokens)) {
      tokens += sequences[end++].size();
    }
    score_group(sequences.subspan(begin, end - begin), std::span(found).subspan(begin, end - begin));
    begin = end;
  }
  return found;
}

void RewardModel::score_group(std::span<const std::vector<TokenId>> sequences, std::span<float> rewards) {
  model::InferenceDecoder& decoder = *model_.decoder;
  const auto blocks = lay_out(sequences);
  model::KvStore store(decoder.config(), ops::CacheFormat::kF32, blocks.back().back() + 1);
  Step step;
  for (std::size_t i = 0; i < sequences.size(); ++i) {
    const std::vector<TokenId>& tokens = sequences[i];
    const auto length = static_cast<std::int64_t>(tokens.size());
    const auto scored = static_cast<std::int64_t>(model::scored_token(decoder.config(), tokens));
    for (std::int64_t past = 0; past < length;) {
      const auto begin = static_cast<std::int64_t>(step.tokens.size());
      const std::int64_t taken = std::min(step_tokens_ - begin, length - past);
      step.tokens.insert(step.tokens.end(), tokens.begin() + past, tokens.begin() + past + taken);
      step.segments.push_back({begin, taken, past, blocks[i]});
      step.traits.push_back({.adapter = adapter_, .length = length});
      if (scored >= past && scored < past + taken) {
        step.picks.push_back({static_cast<std::size_t>(begin + scored - past), i});
      }
      past += taken;
      if (begin + taken < step_tokens_) continue;
      run(decoder, step, store, rewards);
      step = {};
    }
  }
  if (!step.tokens.empty()) run(decoder, step, store, rewards);
}

}  // namespace llmops::infer
