// The account of a prepare run: every record of the input under exactly one heading.
#pragma once

#include <array>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "data/prepared_corpus.h"
#include "data/write/pack.h"

namespace llmops::data {

struct SplitReport {
  std::uint64_t records = 0;
  PackedStats packed;  ///< zero without a tokenizer
};

/// Holds nothing that differs between two runs on the same input (no times, no memory).
struct PrepareReport {
  std::string name;
  std::uint64_t files = 0;
  std::uint64_t bytes_in = 0;
  std::uint64_t read = 0, kept = 0;   ///< read = kept + all rejected + all dropped
  Counts rejected, dropped;           ///< by rule
  Counts redacted;                    ///< by type
  Counts schemas;                     ///< what rows were read as
  std::uint64_t clusters = 0;         ///< of two and more
  std::uint64_t copies = 0;           ///< lines beyond the first of records taken several times
  std::array<SplitReport, 3> splits;  ///< in order of kSplits
  std::string length_unit = "words";  ///< or "tokens"
  std::vector<std::pair<std::string, std::uint64_t>> lengths;  ///< histogram of the kept records: "20-29", count
  std::vector<std::string> skipped;                            ///< files of no known format

  std::uint64_t tokens() const;
  Json json() const;
  /// Table of rules and the histogram. @param width  columns of the terminal; 0 means never cut
  std::string text(int width) const;
  std::string markdown() const;
};

/// What was read, and what became of it one record at a time.
PrepareReport count_read(const Corpus& corpus, const std::string& name);

/// Counts of a corpus. Lengths are in words; write_dataset() puts tokens in their place.
PrepareReport count_corpus(const PreparedCorpus& prepared, const StepStore& store);

/// How many records have each length.
using LengthCounts = std::map<std::uint64_t, std::uint64_t>;

/// About ten bins of a round width; the last takes the longest hundredth.
std::vector<std::pair<std::string, std::uint64_t>> length_histogram(const LengthCounts& lengths);

}  // namespace llmops::data
