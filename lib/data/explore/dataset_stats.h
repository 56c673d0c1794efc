// `data stats`: what a dataset holds, in one pass and bounded memory.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/progress.h"
#include "data/explore/dataset_files.h"
#include "data/explore/duplicate_table.h"
#include "data/explore/field_counts.h"
#include "data/explore/length_counts.h"
#include "data/explore/loss_account.h"
#include "data/explore/mention_report.h"
#include "data/explore/text_counts.h"

namespace llmops::data::explore {

struct StatsSpec {
  std::string by;            ///< a field whose values are told apart, beside source and language; "" for none
  std::size_t top = 20;      ///< words and runs of words
  std::size_t examples = 3;  ///< of each rule that dropped records
  MentionSpec mentions;
  TextCapacity capacity;
  std::uint64_t seed = 0;  ///< of the examples
  int threads = 0;         ///< 0: all processors; the result does not depend on it
};

struct RoleCounts {
  std::uint64_t turns = 0, words = 0, characters = 0;
};

/// Of preference pairs. That the chosen answer is the longer one much more often than not is a bias of its own.
struct PairLengths {
  std::uint64_t pairs = 0, chosen_longer = 0, rejected_longer = 0;  ///< in words
  LengthCounts chosen, rejected;                                    ///< in words
};

struct RepeatedText {
  std::string id, place;  ///< "train.jsonl" of its first record
  std::uint64_t count = 0;
  std::string beginning;
};

struct Duplicates {
  std::uint64_t records = 0, bytes = 0;  ///< whose text is that of an earlier record
  std::uint64_t distinct = 0;
  std::vector<RepeatedText> most;
};

struct BadLine {
  std::string file;
  std::uint64_t line = 0;
};

struct DatasetStats {
  std::string name;
  std::uint64_t files = 0, file_bytes = 0;
  Sizes total;                  ///< of the texts
  std::uint64_t bad_lines = 0;  ///< no JSON object in valid UTF-8; they are in no other count
  std::optional<BadLine> first_bad;
  std::uint64_t tokens = 0, supervised = 0;  ///< packed; 0 without a tokenizer
  std::array<std::uint64_t, kRecordShapes> shapes{};
  std::vector<std::pair<std::string, Sizes>> splits;  ///< none of a file
  LengthCounts words, characters, bytes;              ///< of a record's text
  FieldCounts fields;
  std::vector<Breakdown> breakdowns;  ///< "source", "language" where records have them, then StatsSpec::by
  Duplicates duplicates;
  std::uint64_t vocabulary = 0;
  bool vocabulary_exact = true;                 ///< else within 0.8 %, one standard error
  std::array<std::vector<CountedText>, 3> top;  ///< words, runs of two, runs of three
  std::array<std::uint64_t, 3> top_error{};     ///< a true count is at most so much above the shown one
  std::map<std::string, RoleCounts> roles;      ///< of conversations
  LengthCounts turns;                           ///< of a conversation
  PairLengths pairs;
  MentionReport mentions;
  std::optional<LossAccount> losses;
  std::optional<ClusterAccount> clusters;

  double type_token_ratio() const;
  Json json() const;
  /// @param width  columns of the terminal; 0 means never cut
  std::string text(int width) const;
};

/// @throws InputError  when no line is a JSON object; SystemError; Interrupted
DatasetStats measure_dataset(const DatasetFiles& files, const StatsSpec& spec, Progress& progress);

}  // namespace llmops::data::explore
