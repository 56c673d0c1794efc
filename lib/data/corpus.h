// A corpus on disk: every record of every input after the steps that look at one record at a time, unit by unit.
#pragma once

#include <cstdint>
#include <list>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/progress.h"
#include "data/steps/record_steps.h"
#include "data/store/features.h"
#include "data/store/segment.h"
#include "data/store/step_store.h"

namespace llmops::data {

/// Where a run works and how much it may use. Nothing here changes what comes out.
struct Workplace {
  std::filesystem::path folder;                   ///< of stored steps and temporary files
  std::uint64_t memory = std::uint64_t{2} << 30;  ///< bytes
  int threads = 0;                                ///< 0: all processors
};

/// One of `count` parts of the work, by unit; {0, 1} is all of it.
struct Shard {
  std::uint32_t index = 0, count = 1;
};

struct StoredUnit {
  Hash128 segment, features;         ///< keys in the store
  std::vector<std::uint32_t> files;  ///< of its parts, indices into Corpus::files
  std::uint64_t first = 0;           ///< number of its first record, over the corpus
  std::uint64_t records = 0;
  bool reused = false;  ///< was stored already
};

struct Corpus {
  std::vector<ReadFile> files;
  std::vector<std::string> skipped;  ///< names of files of no known format
  std::vector<StoredUnit> units;     ///< in order of the input
  SegmentSummary total;

  std::uint64_t read() const;      ///< records, rejected and dropped ones included
  std::uint64_t bytes_in() const;  ///< of the files
};

/// Reads all units that are not stored already, and stores them.
/// @throws NotFoundError, InputError as find_inputs(); Interrupted; SystemError when they cannot be stored. An
/// unreadable file is a rejected item of its own.
Corpus read_corpus(const PrepareRecipe& recipe, const InputFiles& inputs, const Workplace& workplace, Shard shard,
                   Progress& progress);

/// Random access to the records of a corpus. Keeps a few files open. Not safe to share between threads.
class CorpusReader {
 public:
  CorpusReader(const Corpus& corpus, const StepStore& store) : corpus_(corpus), store_(store) {}

  std::string id(std::uint64_t record);
  std::string json(std::uint64_t record);  ///< of the record, as Record::json_text() has it

  /// The unit that holds a record.
  const StoredUnit& unit_of(std::uint64_t record) const;

 private:
  struct Open {
    Segment segment;
    std::vector<std::uint32_t> items;  ///< of each record of the unit
  };
  const Open& open(const StoredUnit& unit);

  const Corpus& corpus_;
  const StepStore& store_;
  std::list<std::pair<const StoredUnit*, Open>> open_;  ///< the last used first
};

/// @throws SystemError  where a file that was just there is gone or damaged
Segment open_stored_segment(const StepStore& store, const StoredUnit& unit);
FeatureFile open_stored_features(const StepStore& store, const StoredUnit& unit);

}  // namespace llmops::data
