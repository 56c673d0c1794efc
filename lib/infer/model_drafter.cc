#include "infer/model_drafter.h"

#include <algorithm>
#include <new>

#include "infer/draft_pace.h"
#include "infer/generating_sequence.h"

namespace llmops::infer {

ModelDrafter::ModelDrafter(model::InferenceDecoder& decoder, const model::InferenceDecoder& target,
                           const KvCachePlan& cache, std::int64_t step_tokens)
    : store_(decoder.config(), cache.format, cache.blocks),
      blocks_(cache.blocks),
      setting_{
          {decoder.config(), static_cast<std::size_t>(std::min(cache.context_length, decoder.config().max_position)),
           decoder.tells_prompts_apart()},
          blocks_,
          std::min(decoder.config().vocab_size, target.config().vocab_size)},
      runner_(decoder, store_),
      step_tokens_(step_tokens) {
  // A token takes as long as its weights take to be read.
  const auto bytes = static_cast<double>(target.weight_bytes());
  if (bytes > 0) cost_ = static_cast<double>(decoder.weight_bytes()) / bytes;
}

bool ModelDrafter::run_round() {
  pieces_.clear();
  std::int64_t budget = step_tokens_;
  for (DraftedText* text : texts_) {
    const StepPiece piece = text->next_piece(budget);
    if (piece.begin == piece.end) continue;
    budget -= piece.end - piece.begin;
    pieces_.push_back(piece);
  }
  if (!pieces_.empty()) runner_.run(pieces_);
  return !pieces_.empty();
}

/// Whose fault it was cannot be told.
void ModelDrafter::fail_all(const std::string& message) {
  for (const StepPiece& piece : pieces_) piece.member->fail(message);
}

void ModelDrafter::draft(std::span<GeneratingSequence* const> sequences, std::size_t most) {
  const double cost = cost_ + cost_of_check(sequences.size());
  texts_.clear();
  for (GeneratingSequence* sequence : sequences) {
    const std::size_t wanted = sequence->wanted_guesses(most, cost);
    DraftedText& text = *sequence->drafted();
    if (wanted > 0 && text.begin(wanted, sequence->guesser())) texts_.push_back(&text);
  }
  try {
    while (run_round()) {
    }
  } catch (const std::bad_alloc&) {
    fail_all("not enough memory for the requests that ran together");
  } catch (const std::exception& error) {
    fail_all(error.what());
  }
  for (GeneratingSequence* sequence : sequences) {
    if (const std::string& error = sequence->drafted()->error(); !error.empty())
      sequence->fail("draft model: " + error);
  }
}

}  // namespace llmops::infer
