// Regular expressions over UTF-8 text (PCRE2), as tokenizer files use them.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace llmops::text {

struct Range {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t size() const { return end - begin; }
};

/// A compiled pattern with Unicode classes; immutable and shared between threads. Oniguruma's \s (Unicode White_Space)
/// is meant where PCRE2's own would also take U+180E.
class Regex {
 public:
  /// @param origin  file and key for the error
  /// @throws InputError  for a pattern that does not compile, with the offset and the reason
  Regex(std::string_view pattern, std::string_view origin);
  ~Regex();
  Regex(Regex&&) noexcept;
  Regex& operator=(Regex&&) noexcept;

  /// Appends all matches in order, without empty ones. Bytes that are not UTF-8 never match and end a match.
  /// @throws InputError  when a match takes more steps than the limit
  void find_all(std::string_view text, std::vector<Range>& matches) const;

  static std::string quote(std::string_view literal);  ///< a pattern that matches exactly `literal`

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace llmops::text
