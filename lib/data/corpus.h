// A corpus in memory: every record of every input with what became of it.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "core/progress.h"
#include "data/read/inputs.h"
#include "data/split.h"

namespace llmops::data {

/// One slice of one file. Exactly one of kept, rejected and dropped is true of it, so counts add up to what was read.
struct Item {
  Origin origin;
  std::variant<Record, Loss> outcome;
  std::size_t cluster = 0;      ///< index of the item that is first in its cluster of duplicates; itself when alone
  Split split = Split::kTrain;  ///< of the cluster

  const Record* record() const { return std::get_if<Record>(&outcome); }
  const Loss* loss() const { return std::get_if<Loss>(&outcome); }
};

struct ReadFile {
  std::string name;
  std::uint64_t bytes = 0;
  std::string sha256;  ///< "" where it could not be read
};

struct Corpus {
  std::vector<Item> items;      ///< in order of file and line (unreadable files last of their batch)
  std::vector<ReadFile> files;  ///< Origin::file is an index into it
  std::vector<std::string> skipped;
  Counts redacted;  ///< personal data replaced, by type

  std::uint64_t bytes_in() const;
};

/// Reads, maps, cleans, redacts and checks lengths, in that order. Redaction comes before the search for duplicates, so
/// that copies which differ in an address or a number are found.
/// @param threads  0: all processors; the result does not depend on it
/// @throws NotFoundError, InputError as find_inputs(); Interrupted. An unreadable file is a rejected item of its own.
Corpus read_corpus(const PrepareRecipe& recipe, const InputFiles& inputs, int threads, Progress& progress);

/// Finds clusters, drops all but the first of each (unless `keep: all`), and assigns splits by cluster.
void split_by_cluster(Corpus& corpus, const PrepareRecipe& recipe, int threads);

}  // namespace llmops::data
