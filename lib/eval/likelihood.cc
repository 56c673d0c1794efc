// Pairs and rolling windows. Source of the rules: lm-evaluation-harness, `_encode_pair` and
// `get_rolling_token_windows`.
#include "eval/likelihood.h"

#include <algorithm>

#include "core/error.h"
#include "eval/metrics/python_text.h"

namespace llmops::eval {

text::TokenId prefix_token(const text::Tokenizer& tokenizer) {
  if (const auto bos = tokenizer.bos_id()) return *bos;
  if (const auto eos = tokenizer.eos_id()) return *eos;
  throw InputError("the tokenizer has neither a BOS nor an EOS token to stand for an empty context");
}

ScoreRequest encode_pair(const text::Tokenizer& tokenizer, const std::string& context, const std::string& continuation,
                         bool add_bos, std::size_t longest) {
  const std::string kept(python_rstrip(context));
  const std::string moved = context.substr(kept.size()) + continuation;
  ScoreRequest request;
  if (!kept.empty() && add_bos) request.tokens.push_back(prefix_token(tokenizer));
  if (kept.empty()) request.tokens.push_back(prefix_token(tokenizer));
  const std::size_t before = request.tokens.size();
  const std::size_t context_tokens = kept.empty() ? 0 : tokenizer.encode(kept, false).size();
  const std::vector<text::TokenId> whole = tokenizer.encode(kept + moved, false);
  if (whole.size() <= context_tokens || whole.size() - context_tokens > longest - 1) return {};
  request.tokens.insert(request.tokens.end(), whole.begin(), whole.end());
  request.scored_from = before + context_tokens;
  if (request.tokens.size() > longest) {
    const std::size_t cut = request.tokens.size() - longest;
    request.tokens.erase(request.tokens.begin(), request.tokens.begin() + static_cast<std::ptrdiff_t>(cut));
    request.scored_from -= cut;
    request.truncated = true;
  }
  return request;
}

std::vector<ScoreRequest> rolling_windows(std::span<const text::TokenId> tokens, text::TokenId prefix,
                                          std::size_t longest) {
  const std::size_t most_scored = longest - 1;  // one token of every window is context
  std::vector<ScoreRequest> windows;
  for (std::size_t done = 0; done < tokens.size();) {
    const std::size_t scored = std::min(most_scored, tokens.size() - done), end = done + scored;
    ScoreRequest window;
    const std::size_t context_begin = done == 0 ? 0 : (end > longest ? end - longest : 0);
    if (done == 0) window.tokens.push_back(prefix);
    window.tokens.insert(window.tokens.end(), tokens.begin() + static_cast<std::ptrdiff_t>(context_begin),
                         tokens.begin() + static_cast<std::ptrdiff_t>(end));
    window.scored_from = window.tokens.size() - scored;
    windows.push_back(std::move(window));
    done = end;
  }
  return windows;
}

LikelihoodSum sum_scored(const ScoreRequest& request, const infer::SequenceScore& score) {
  LikelihoodSum sum;
  for (std::size_t i = request.scored_from; i < request.tokens.size(); ++i) {
    sum.logprob += score.logprobs.at(i - 1);
    sum.greedy = sum.greedy && score.greedy.at(i - 1);
    ++sum.tokens;
  }
  return sum;
}

}  // namespace llmops::eval
