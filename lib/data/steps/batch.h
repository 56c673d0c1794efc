// The records of one unit with what became of each.
#pragma once

#include <optional>
#include <variant>
#include <vector>

#include "data/dedup/shingles.h"
#include "data/record.h"

namespace llmops::data {

/// One slice of one file. Exactly one of kept, rejected and dropped is true of it, so counts add up to what was read.
struct Item {
  Origin origin;
  std::variant<Record, Loss> outcome;
  std::optional<TextWords> words;  ///< of the record's text, where a step has looked at them

  const Record* record() const { return std::get_if<Record>(&outcome); }
  const Loss* loss() const { return std::get_if<Loss>(&outcome); }
};

struct Batch {
  std::vector<Item> items;  ///< in order of the input
  Counts schemas;           ///< rows that were read, by the schema they were read as
  Counts redacted;          ///< personal data replaced in records that are still kept, by type
};

}  // namespace llmops::data
