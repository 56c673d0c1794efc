#include "infer/sequence_setting.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/rotary_frequencies.h"

namespace llmops::infer {

model::SequenceTraits SequenceSetting::traits(std::size_t prompt, std::size_t longest, int adapter) const {
  model::SequenceTraits traits;
  traits.adapter = adapter;
  traits.length = static_cast<std::int64_t>(std::min(longest, context_length));
  if (tells_prompts_apart) traits.prompt = static_cast<std::int64_t>(prompt);
  return traits;
}

std::string SequenceSetting::owner(const model::SequenceTraits& traits, const std::string& tenant) const {
  return fmt::format("{} {} {}", traits.adapter, model::turning_length(config, traits.length), tenant);
}

}  // namespace llmops::infer
