// Regular expressions over UTF-8 text (PCRE2), as tokenizer files use them.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "text/range.h"

namespace llmops::text {

/// A compiled pattern, written as Oniguruma reads it (oniguruma_pattern.h); immutable and shared between threads.
class Regex {
 public:
  /// What matches a pattern: runs of characters where it is made of them, else PCRE2; or PCRE2 always, to compare.
  enum class Engine { kFastest, kPcre2 };

  /// @param origin  file and key for the error
  /// @throws InputError  for a pattern that does not compile, with the offset and the reason
  Regex(std::string_view pattern, std::string_view origin, Engine engine = Engine::kFastest);
  ~Regex();
  Regex(Regex&&) noexcept;
  Regex& operator=(Regex&&) noexcept;

  /// Appends all matches in order. Bytes that are not UTF-8 never match and end a match.
  /// @param with_empty  also those of nothing, but for one right behind a match
  /// @throws InputError  when a match takes more steps than the limit
  void find_all(std::string_view text, std::vector<Range>& matches, bool with_empty = false) const;

  /// Whether some text would be matched by nothing of it, as /a*/ does.
  bool matches_empty() const;

  static std::string quote(std::string_view literal);  ///< a pattern that matches exactly `literal`

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace llmops::text
