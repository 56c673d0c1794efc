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

/// NFC, NFD, NFKC, NFKD, Lowercase, Prepend, Replace, Strip, Sequence; null for none.
/// @throws InputError  for another type, or a wrong field
std::unique_ptr<Normalizer> make_normalizer(const Json& rule, const std::string& origin);

/// @throws InputError  "tokenizer.json: normalizer type 'X' is not supported", with the list of those that are
[[noreturn]] void throw_unsupported(const std::string& origin, const char* what, const std::string& type,
                                    const std::string& supported);

}  // namespace llmops::text
