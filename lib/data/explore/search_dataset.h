// `data search`: the records whose text matches.
#pragma once

#include <functional>
#include <string>

#include "core/json.h"
#include "core/progress.h"
#include "data/explore/dataset_files.h"

namespace llmops::data::explore {

struct SearchSpec {
  std::string query;
  bool regex = false;
  bool ignore_case = false;
  std::string field;         ///< only this one's value; "" for the record's text
  std::uint64_t most = 20;   ///< records shown; 0 is all
  bool count_only = false;   ///< look at all records, show none
  std::size_t context = 60;  ///< bytes shown on both sides of the first match, about
  int threads = 0;
};

struct SearchHit {
  std::string id;
  std::string file;
  std::uint64_t line = 0;
  std::string role;                  ///< of the text that matched first, or the field
  std::uint64_t matches = 0;         ///< in the whole record
  std::string before, match, after;  ///< the first one and what stands around it, without line ends

  Json json() const;
  /// @param width  columns of the terminal; 0 means never cut
  std::string text(int width) const;
};

struct SearchReport {
  std::uint64_t records = 0;  ///< that match; where `most` was reached first, those looked at until then
  std::uint64_t bytes = 0;    ///< looked at
};

/// Calls `show` for each hit in the order of the files.
/// @throws UsageError  for a pattern that does not hold; SystemError; Interrupted
SearchReport search_dataset(const DatasetFiles& files, const SearchSpec& spec, Progress& progress,
                            const std::function<void(const SearchHit&)>& show);

}  // namespace llmops::data::explore
