// Scoring: sequences packed into one token axis, logits a few rows at a time.
#include "infer/score.h"

#include <algorithm>

namespace llmops::infer {
namespace {

constexpr std::size_t kTokensPerPass = 1024;  ///< beyond it, matrix products gain no more speed on a CPU
constexpr std::int64_t kRowsPerLogits = 128;  ///< 128 rows of 50,000 logits are 25 MB

/// @param hidden   (N, C) @param targets  (N), the token that follows each row
/// @returns log-probabilities (N) and whether each target was the likeliest (N)
std::pair<at::Tensor, at::Tensor> score_rows(const model::Decoder& decoder, const at::Tensor& hidden,
                                             const at::Tensor& targets) {
  std::vector<at::Tensor> logprobs, greedy;
  for (std::int64_t row = 0; row < hidden.size(0); row += kRowsPerLogits) {
    const std::int64_t count = std::min(kRowsPerLogits, hidden.size(0) - row);
    const at::Tensor logits = decoder.logits(hidden.narrow(0, row, count));
    const at::Tensor chosen = logits.gather(1, targets.narrow(0, row, count).unsqueeze(1)).squeeze(1);
    const at::Tensor highest = logits.amax(1);
    greedy.push_back(chosen == highest);
    logprobs.push_back(chosen - (highest + (logits - highest.unsqueeze(1)).exp_().sum(1).log_()));
  }
  return {at::cat(logprobs), at::cat(greedy)};
}

}  // namespace

std::size_t score_some(const model::Decoder& decoder, std::span<const std::vector<TokenId>> sequences,
                       std::size_t begin, std::span<SequenceScore> scores) {
  std::vector<std::int64_t> tokens, targets;
  std::vector<model::Segment> segments;
  std::size_t end = begin;
  while (end < sequences.size() && (end == begin || tokens.size() + sequences[end].size() <= kTokensPerPass)) {
    const std::vector<TokenId>& sequence = sequences[end++];
    segments.push_back({static_cast<std::int64_t>(tokens.size()), static_cast<std::int64_t>(sequence.size()) - 1});
    tokens.insert(tokens.end(), sequence.begin(), sequence.end() - 1);
    targets.insert(targets.end(), sequence.begin() + 1, sequence.end());
  }
  const at::Tensor hidden = decoder.hidden(at::tensor(tokens, at::kLong), segments);
  const auto [logprobs, greedy] = score_rows(decoder, hidden, at::tensor(targets, at::kLong));
  for (std::size_t i = begin; i < end; ++i) {
    const model::Segment& segment = segments[i - begin];
    const float* first = logprobs.const_data_ptr<float>() + segment.begin;
    const bool* top = greedy.const_data_ptr<bool>() + segment.begin;
    scores[i].logprobs.assign(first, first + segment.length);
    scores[i].greedy.assign(top, top + segment.length);
  }
  return end;
}

}  // namespace llmops::infer
