// Lists of words and phrases that a text may hold few of: profanity, toxicity, or the user's own.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "config/yaml_reader.h"
#include "core/json.h"

namespace llmops::data {

/// A text that passes either bound is dropped; one that is not given does not count. With neither, a single match
/// drops.
struct WordListSpec {
  std::string name;                    ///< the rule is "list_NAME"
  std::string path;                    ///< relative to the recipe's folder; or "builtin:profanity", "builtin:toxicity"
  double max_share = -1;               ///< matches a word of the text; below 0: not given
  int max_count = -1;                  ///< matches; below 0: not given
  std::vector<std::string> languages;  ///< of the texts that it is for, as they are identified; empty: of all
};

/// Reads the key `lists` of `clean`. Mistakes are recorded; files are opened by WordLists.
void read_word_lists(config::YamlObject& clean, std::vector<WordListSpec>& specs);
Json word_lists_json(const std::vector<WordListSpec>& specs);

/// Immutable; many threads may share one.
///
/// A file holds a word or phrase a line; what follows '#' at the line's begin or behind a blank is a comment. Words are
/// runs of letters, digits and marks of any script, compared without case. Those of a phrase stand one after another
/// with nothing but blanks, hyphens and apostrophes between them: "go-to hell" matches "go to hell", "go. To hell" does
/// not. Scripts without blanks have no words in this sense: there only a whole run matches.
class WordLists {
 public:
  /// @param folder  that relative paths start from
  /// @throws NotFoundError; InputError for a file over 64 MiB or a line without a word, not UTF-8 or of more than 16
  ///         words ("words.txt:3: ..."); ConfigError for a list with no entry or an unknown "builtin:" name
  WordLists(const std::vector<WordListSpec>& specs, const std::filesystem::path& folder);

  bool empty() const { return lists_.empty(); }

  /// "" or "list_NAME" of the first list that the text passes the bound of.
  /// @param text      UTF-8; a broken byte ends a word
  /// @param language  of the text, "" where it is not known: then lists for some languages only are not asked
  std::string broken_rule(std::string_view text, std::string_view language = "") const;

  /// SHA-256 of all entries: other words make other data.
  const std::string& fingerprint() const { return fingerprint_; }

 private:
  struct List {
    WordListSpec spec;
    std::unordered_map<std::uint64_t, std::uint32_t> first_words;  ///< bit n: a phrase of n+1 words begins so
    std::unordered_set<std::uint64_t> phrases;
  };
  static List make_list(const WordListSpec& spec, std::string_view content, const std::string& origin);

  std::vector<List> lists_;
  std::vector<std::uint64_t> may_begin_;  ///< a bit for some bits of each first word's hash: most words are none
  std::string fingerprint_;
};

}  // namespace llmops::data
