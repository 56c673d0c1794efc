// The life of a request: tokens in, choices, text out, end.
#include "infer/sequence.h"

#include <algorithm>

namespace llmops::infer {

Sequence::Sequence(Engine::RequestId id, GenerateRequest request, GenerateCallbacks callbacks,
                   const text::Tokenizer& tokenizer, const std::set<TokenId>& eos_ids, int context_length)
    : id_(id),
      sampling_(request.sampling),
      callbacks_(std::move(callbacks)),
      eos_ids_(eos_ids),
      context_length_(static_cast<std::size_t>(context_length)),
      prompt_length_(request.prompt.size()),
      tokens_(std::move(request.prompt)),
      sampler_(request.sampling),
      stream_(tokenizer),
      stops_(request.sampling.stop),
      submitted_(std::chrono::steady_clock::now()) {}

double Sequence::elapsed() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - submitted_).count();
}

std::span<const TokenId> Sequence::pending() const {
  return std::span(tokens_).subspan(static_cast<std::size_t>(cache_.length));
}

std::int64_t Sequence::most_tokens() const {
  return static_cast<std::int64_t>(std::min(context_length_, prompt_length_ + sampling_.max_tokens));
}

void Sequence::mark_started() {
  if (started_) return;
  started_ = true;
  result_.queue_s = elapsed();
}

void Sequence::hold(const TokenLogprob& token, std::size_t bytes) {
  held_.push_back({token, made_, kUnknown});
  if (bytes == 0) return;
  made_ += bytes;
  for (HeldToken& held : held_) held.end = std::min(held.end, made_);
}

void Sequence::emit(const std::string& text, bool all) {
  result_.text += text;
  std::vector<TokenLogprob> free;
  const std::size_t given = result_.text.size();
  // After a stop text, a token that begins before it stays, and those of it alone go.
  while (!held_.empty() && (stops_.matched() ? held_.front().begin < given : all || held_.front().end <= given)) {
    free.push_back(std::move(held_.front().token));
    held_.pop_front();
  }
  for (const TokenLogprob& token : free) result_.tokens.push_back(token.id);
  if (sampling_.top_logprobs >= 0) result_.logprobs.insert(result_.logprobs.end(), free.begin(), free.end());
  if (callbacks_.on_token) callbacks_.on_token(text, free);
}

void Sequence::accept(std::span<float> logits) {
  const TokenLogprob chosen = sampler_.sample(logits);
  if (tokens_.size() == prompt_length_) result_.first_token_s = elapsed();
  if (!sampling_.ignore_eos && eos_ids_.contains(chosen.id)) {
    const std::string rest = stops_.push(stream_.finish()) + stops_.finish();
    if (!rest.empty() || !held_.empty()) emit(rest, /*all=*/true);
    return finish("stop");
  }
  tokens_.push_back(chosen.id);
  const std::size_t generated = tokens_.size() - prompt_length_;
  const bool last = generated >= static_cast<std::size_t>(sampling_.max_tokens) || tokens_.size() >= context_length_;
  std::string made = stream_.push(chosen.id);
  if (last) made += stream_.finish();
  hold(chosen, made.size());
  std::string text = stops_.push(made);
  if (last) text += stops_.finish();
  emit(text, last);
  if (stops_.matched()) return finish("stop");
  if (last) finish("length");
}

void Sequence::finish(const std::string& reason) {
  if (finished_) return;
  finished_ = true;
  result_.finish_reason = reason;
  result_.total_s = elapsed();
  if (callbacks_.on_done) callbacks_.on_done(result_);
}

void Sequence::cancel() { finish("cancelled"); }

void Sequence::fail(const std::string& message) {
  if (finished_) return;
  finished_ = true;
  if (callbacks_.on_error) callbacks_.on_error(message);
}

}  // namespace llmops::infer
