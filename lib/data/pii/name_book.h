// Names that the user knows: customers, employees. Found wherever they stand, in any case, with or without accents.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "data/pii/pii.h"

namespace llmops::data {

class NameBook {
 public:
  /// @param list    a name a line, of up to eight words ("Ada", "Ada Quill", "van der Berg"); blank lines and those
  /// that
  ///                begin with '#' are left out
  /// @param origin  what to call the list in an error, usually a path
  /// @throws ConfigError  for a line that holds no letters or more than eight words
  NameBook(std::string_view list, const std::string& origin);
  /// @throws NotFoundError, SystemError, ConfigError
  static NameBook from_file(const std::filesystem::path& path);

  /// Appends the names in `text`, in order; of those that begin at one word, the longest.
  void find(std::string_view text, std::vector<PiiSpan>& out) const;
  std::size_t size() const { return phrases_.size(); }

 private:
  std::size_t longest_name(std::string_view text, std::size_t begin, std::size_t end) const;

  std::unordered_set<std::string> phrases_;                        ///< folded, one blank between words
  std::unordered_map<std::string, std::size_t> longest_by_first_;  ///< words of the longest name with that first word
};

}  // namespace llmops::data
