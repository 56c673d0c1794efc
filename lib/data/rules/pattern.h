// A user's regular expression, under limits.
#pragma once

#include <string>
#include <string_view>

struct pcre2_real_code_8;

namespace llmops::data {

/// PCRE2 with UTF and Unicode classes. Immutable; many threads may share one.
class Pattern {
 public:
  enum class Match { kNo, kYes, kTooLong };

  /// @throws ConfigError  "does not compile: missing closing parenthesis (at 5)"
  explicit Pattern(const std::string& expression);
  ~Pattern();
  Pattern(const Pattern&) = delete;
  Pattern& operator=(const Pattern&) = delete;

  /// Anywhere in the text; bytes that are not UTF-8 match nothing. kTooLong: one place in the text takes more than two
  /// million steps. (PCRE2 counts for each place anew: an expression that looks at the whole rest of the text from
  /// every place still takes the square of its length.)
  Match find(std::string_view text) const;

 private:
  pcre2_real_code_8* code_ = nullptr;
};

}  // namespace llmops::data
