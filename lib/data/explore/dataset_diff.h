// `data diff`: what became of the records between two datasets, and how their texts shifted.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/json.h"
#include "core/progress.h"
#include "data/explore/dataset_files.h"
#include "data/explore/field_counts.h"
#include "data/explore/length_counts.h"
#include "data/explore/log_odds.h"

namespace llmops::data::explore {

struct DiffSpec {
  std::size_t examples = 3;  ///< of added, removed and changed records each
  std::size_t words = 15;    ///< of the vocabulary's shift to either side
  std::uint64_t seed = 0;    ///< of the examples
  int threads = 0;
};

struct DiffSide {
  std::string name;
  Sizes total;
  LengthCounts words;                                 ///< of a record
  std::vector<std::pair<std::string, Sizes>> splits;  ///< none of a file
  Breakdown languages{"language"}, sources{"source"};
  std::uint64_t bad_lines = 0;
};

struct DiffExample {
  std::string id, split;
  std::string before, after;  ///< the beginnings of the text; "" where there is none
};

struct DatasetDiff {
  DiffSide before, after;
  std::uint64_t same = 0, renamed = 0, changed = 0, added = 0, removed = 0;
  std::map<std::pair<std::string, std::string>, std::uint64_t>
      moves;  ///< (split before, split after), where they differ
  std::vector<DiffExample> changed_examples, added_examples, removed_examples;
  std::vector<WordShift> words;  ///< z > 0: more in `after`

  Json json() const;
  /// @param width  columns of the terminal; 0 means never cut
  std::string text(int width) const;
};

/// Memory: 24 bytes a record of both sides, and the vocabularies. Records are the same by the hash of id and text (64
/// bits each); other fields do not make a record a changed one.
/// @throws SystemError; Interrupted
DatasetDiff compare_datasets(const DatasetFiles& before, const DatasetFiles& after, const DiffSpec& spec,
                             Progress& progress);

}  // namespace llmops::data::explore
