// What `data search` looks for, and which bytes of a file cannot hold it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace llmops::data::explore {

struct Match {
  std::size_t begin = 0, end = 0;  ///< bytes
};

/// A literal or a regular expression (PCRE2), matched on the texts that records mean, not on their JSON.
class SearchPattern {
 public:
  /// @param ignore_case  by Unicode's simple case folding
  /// @throws UsageError  for an empty one, and for an expression that does not compile
  SearchPattern(std::string_view query, bool regex, bool ignore_case);
  ~SearchPattern();
  SearchPattern(SearchPattern&&) noexcept;

  /// The first match of `text` from `from` on; begin == npos where there is none. Empty matches are none.
  /// @param text  valid UTF-8
  /// @throws InputError  when an expression takes more steps than PCRE2's limit
  Match find(std::string_view text, std::size_t from = 0) const;

  /// Appends where in `bytes`, whole lines of JSON, lines begin that may hold a match: all others hold none. Cheap
  /// where a run of plain characters must be in every match, else it is every line.
  void candidate_lines(std::string_view bytes, std::vector<std::size_t>& begins) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace llmops::data::explore
