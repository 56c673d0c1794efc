// Guesses of what sequences go on with, made before the step that checks them.
#pragma once

#include <cstddef>
#include <span>

namespace llmops::infer {

class GeneratingSequence;
struct DraftSetting;

/// Used by the engine's thread alone.
class Drafter {
 public:
  virtual ~Drafter() = default;

  /// Appends guesses to sequences that decode. What goes wrong is told to the sequence it went wrong for.
  /// @param most  tokens guessed of each
  virtual void draft(std::span<GeneratingSequence* const> sequences, std::size_t most) = 0;

  virtual const char* kind() const = 0;  ///< as EngineStats::guesses_by
  /// Of a draft model, which sequences have a DraftedText for; null where there is none.
  virtual const DraftSetting* setting() const { return nullptr; }
  virtual double cache_usage() const { return 0; }  ///< share of its own KV cache in use, 0..1
};

}  // namespace llmops::infer
