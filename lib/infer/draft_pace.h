// How many tokens to guess at a time.
#pragma once

#include <cstddef>

namespace llmops::infer {

/// What a guess costs is known, what it gains depends on the text: as many are made as are worth it by how many held
/// lately, and now and then one where none seem to be. The answer is the same for any number.
class DraftPace {
 public:
  /// @param most  tokens at once
  explicit DraftPace(std::size_t most) : most_(most) {}

  /// Tokens to guess now. @param cost  of one more guess and its check, as a share of a step without
  std::size_t next(double cost);
  void tell(std::size_t drafted, std::size_t held);

 private:
  std::size_t most_;
  // Counts that fade, of guesses whose predecessors held: those that held too, and all. At first most are believed in.
  double held_ = 4;
  double tried_ = 5;
  int passed_ = 0;  ///< steps without a guess
};

/// What checking one more guess costs where `sequences` run together, as a share of a step without guesses.
double cost_of_check(std::size_t sequences);

}  // namespace llmops::infer
