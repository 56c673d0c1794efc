// `data sample` and `data show`: a few records of many, by chance or by name.
#pragma once

#include <string>
#include <vector>

#include "core/progress.h"
#include "data/explore/dataset_files.h"
#include "data/explore/record_view.h"

namespace llmops::data::explore {

struct FoundRecord {
  std::string file;
  std::uint64_t line_number = 0;
  std::string line;  ///< as it stands in the file

  /// As people read it: where it stands, its text turn by turn, then its other fields.
  std::string text() const;
};

/// "language=en": records whose field has this value.
struct Where {
  std::string field, value;
};
/// @throws UsageError  for one without '='
Where parse_where(const std::string& text);

struct SampleSpec {
  std::size_t count = 10;
  std::uint64_t seed = 0;
  std::vector<Where> where;  ///< all hold
};

/// Every record that fits is drawn with the same probability; in the order of the files. Lines that are no records are
/// never drawn. One pass; memory holds the sample alone.
std::vector<FoundRecord> sample_dataset(const DatasetFiles& files, const SampleSpec& spec, Progress& progress);

/// The records with these ids, in the order of `ids`.
/// @throws NotFoundError  naming the first id that no record has
std::vector<FoundRecord> find_records(const DatasetFiles& files, const std::vector<std::string>& ids,
                                      Progress& progress);

}  // namespace llmops::data::explore
