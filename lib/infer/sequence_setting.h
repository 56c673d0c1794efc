// What of a model and its cache decides how every sequence is run, and which may share keys and values.
#pragma once

#include <string>

#include "model/inference/inference_decoder.h"

namespace llmops::infer {

struct SequenceSetting {
  const model::ModelConfig& config;
  std::size_t context_length;  ///< tokens
  bool tells_prompts_apart;    ///< as the decoder says

  /// Known from the start, and so the same however the sequence is run: positions may turn by the longest it can
  /// become.
  /// @param prompt, longest  tokens it has, and tokens it may come to
  model::SequenceTraits traits(std::size_t prompt, std::size_t longest, int adapter) const;
  /// Who may share keys and values: they are those of one adapter, and of positions that turn alike.
  std::string owner(const model::SequenceTraits& traits, const std::string& tenant) const;
};

}  // namespace llmops::infer
