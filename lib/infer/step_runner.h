// One run of the decoder over pieces of many sequences.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "infer/step_member.h"
#include "model/inference/inference_decoder.h"

namespace llmops::infer {

class StepRunner {
 public:
  StepRunner(model::InferenceDecoder& decoder, model::KvStore& store);

  /// Runs all pieces and tells their members. One that fails alone is told so, and the others go on.
  /// @throws what the decoder throws; no member has been told anything then
  void run(std::span<const StepPiece> pieces);

 private:
  /// A row of hidden() whose logits are wanted.
  struct Row {
    std::size_t piece = 0;
    std::int64_t position = 0;
    std::size_t token = 0;  ///< of the step
  };
  struct Failure;

  /// What models wrote comes first, as the decoder wants it: a piece may have some of that and the end of its prompt.
  void gather(std::span<const StepPiece> pieces);
  void add_segment(std::span<const StepPiece> pieces, std::size_t piece, std::int64_t begin, std::int64_t end);
  void run_decoder();
  /// Logits of rows_[begin, end), and their members' choices, in parallel.
  void give_logits(std::span<const StepPiece> pieces, std::size_t begin, std::size_t end, Failure& failure);

  model::InferenceDecoder& decoder_;
  model::KvStore& store_;
  // Kept from step to step for their memory.
  std::vector<text::TokenId> tokens_;            // (N)
  std::vector<ops::AttentionSegment> segments_;  // one a piece, or two
  std::vector<model::SequenceTraits> traits_;    // likewise
  std::vector<Row> rows_;                        // (M)
  std::size_t decoded_rows_ = 0;                 // the first of them, of tokens that models wrote
  std::vector<float> wanted_;                    // (M, C)
  std::vector<float> logits_;                    // (rows of a chunk, V)
  std::vector<std::size_t> tasks_;               // first rows of what threads take at once, and the end
};

}  // namespace llmops::infer
