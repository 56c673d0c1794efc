// The life of a request: tokens in, choices, text out, end.
#include "infer/generating_sequence.h"

#include <algorithm>

namespace llmops::infer {
namespace {

model::SequenceTraits traits_of(const GenerateRequest& request, const GenerationSetting& setting) {
  const std::size_t longest = request.prompt.size() + static_cast<std::size_t>(request.sampling.max_tokens);
  return setting.traits(request.prompt.size(), longest, request.adapter.value_or(setting.adapter));
}

std::optional<std::string> tenant_of(const GenerateRequest& request, const GenerationSetting& setting) {
  return setting.prefix_cache ? std::optional(request.tenant) : std::nullopt;
}

}  // namespace

GeneratingSequence::GeneratingSequence(Engine::RequestId id, GenerateRequest request, GenerateCallbacks callbacks,
                                       const GenerationSetting& setting, KvBlocks& blocks, EngineCounts& counts)
    : StepMember(blocks, setting, traits_of(request, setting), tenant_of(request, setting)),
      id_(id),
      sampling_(request.sampling),
      callbacks_(std::move(callbacks)),
      setting_(setting),
      counts_(counts),
      prompt_length_(request.prompt.size()),
      tokens_(std::move(request.prompt)),
      known_(tokens_.size()),
      chooser_(request.sampling, tokens_, setting.eos_ids, setting.config.vocab_size,
               request.constraint ? request.constraint() : nullptr),
      pace_(setting.most_drafts),
      answer_(setting.tokenizer, std::move(request.sampling.stop)),
      submitted_(std::chrono::steady_clock::now()) {
  if (setting.draft == nullptr) return;
  drafted_.emplace(tokens_, *setting.draft, tenant_of(request, setting), static_cast<std::size_t>(traits().length));
}

double GeneratingSequence::elapsed() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - submitted_).count();
}

bool GeneratingSequence::enter(std::int32_t spare) {
  table().match(tokens_);
  const std::size_t needed = std::min(known_ + 1, setting_.context_length);
  if (table().reserve(static_cast<std::int64_t>(needed), spare)) return true;
  table().clear();
  return false;
}

void GeneratingSequence::mark_started() {
  if (started_) return;
  started_ = true;
  result_.queue_s = elapsed();
  result_.cached_tokens = static_cast<int>(table().stored());
  counts_.prompt_tokens += prompt_length_;
  counts_.cached_tokens += static_cast<std::uint64_t>(table().stored());
}

void GeneratingSequence::leave() {
  take_back_guesses();
  table().clear();
  if (drafted_) drafted_->leave();
}

std::size_t GeneratingSequence::wanted_guesses(std::size_t most, double cost) {
  const std::size_t generated = known_ - prompt_length_;
  // The step makes one token more than its guesses, and the last token of an answer is not run.
  const std::size_t left =
      std::min(static_cast<std::size_t>(sampling_.max_tokens) - generated, setting_.context_length - known_);
  return std::min({most, pace_.next(cost), left - 1});
}

bool GeneratingSequence::take_back_guesses() {
  if (tokens_.size() == known_) return false;
  tokens_.resize(known_);
  if (drafted_) drafted_->keep(known_);
  return true;
}

void GeneratingSequence::take_logits(std::int64_t position, std::span<float> logits) {
  if (!choosing_) return;
  choosing_ = false;
  const auto choice = chooser_.choose(logits);
  exhausted_ = !choice;
  if (!choice) return;
  chosen_.push_back(*choice);
  const TokenId id = choice->id;
  if (chooser_.is_end(id)) return;
  const auto next = static_cast<std::size_t>(position) + 1;
  choosing_ = next < tokens_.size() && tokens_[next] == id;  // the guess was right: what follows it counts
}

void GeneratingSequence::finish_step(std::int64_t end) {
  const std::size_t drafted = tokens_.size() - known_;
  if (!chosen_.empty()) {
    const std::size_t right = std::min(chosen_.size() - 1, drafted);
    pace_.tell(drafted, right);
    counts_.drafted_tokens += drafted;
    counts_.accepted_tokens += right;
    end = static_cast<std::int64_t>(known_ + right);  // what follows a wrong guess is overwritten
  }
  tokens_.resize(known_);
  for (const TokenLogprob& choice : chosen_) {
    if (!finished_) accept(choice);
  }
  if (exhausted_ && !finished_) end_answer();
  known_ = tokens_.size();
  if (drafted_) drafted_->keep(static_cast<std::size_t>(end));
  table().advance(tokens_, std::min(end, static_cast<std::int64_t>(known_)));
  chosen_.clear();
  choosing_ = true;
}

void GeneratingSequence::accept(const TokenLogprob& choice) {
  const std::size_t before = tokens_.size();
  if (before == prompt_length_) result_.first_token_s = elapsed();
  if (chooser_.is_end(choice.id)) return end_answer();
  tokens_.push_back(choice.id);
  ++counts_.generated_tokens;
  const bool last = before + 1 - prompt_length_ >= static_cast<std::size_t>(sampling_.max_tokens) ||
                    before + 1 >= setting_.context_length;
  give(answer_.push(choice, last));
  if (answer_.stopped()) return finish("stop");
  if (last) finish("length");
}

void GeneratingSequence::end_answer() {
  const AnswerStream::Piece rest = answer_.finish();
  if (!rest.text.empty() || !rest.tokens.empty()) give(rest);
  finish("stop");
}

void GeneratingSequence::give(const AnswerStream::Piece& piece) {
  result_.text += piece.text;
  for (const TokenLogprob& token : piece.tokens) result_.tokens.push_back(token.id);
  if (sampling_.top_logprobs >= 0)
    result_.logprobs.insert(result_.logprobs.end(), piece.tokens.begin(), piece.tokens.end());
  if (callbacks_.on_token) callbacks_.on_token(piece.text, piece.tokens);
}

void GeneratingSequence::finish(const std::string& reason) {
  if (finished_) return;
  finished_ = true;
  result_.finish_reason = reason;
  result_.total_s = elapsed();
  if (callbacks_.on_done) callbacks_.on_done(result_);
}

// A callback that throws now has nobody left to be told to.
void GeneratingSequence::cancel() {
  try {
    finish("cancelled");
  } catch (const std::exception&) {
  }
}

void GeneratingSequence::fail(const std::string& message) {
  if (finished_) return;
  finished_ = true;
  try {
    if (callbacks_.on_error) callbacks_.on_error(message);
  } catch (const std::exception&) {
  }
}

}  // namespace llmops::infer
