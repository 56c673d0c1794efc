// Normalizers of tokenizer.json: changes to the text before it is cut into words, with offsets kept.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/json.h"
#include "text/alignment.h"

namespace llmops::text {

/// Immutable; shared between threads.
class Normalizer {
 public:
  virtual ~Normalizer();
  virtual void apply(AlignedText& text) const = 0;
  /// True only where apply() would change nothing: saves building the offsets.
  virtual bool leaves(std::string_view text) const;
};

/// All of tokenizer.json's kinds (the table is in the .cc); null for none.
/// @throws InputError  for another type, with the nearest known one, or for a wrong field
std::unique_ptr<Normalizer> make_normalizer(const Json& rule, const std::string& origin);

}  // namespace llmops::text
