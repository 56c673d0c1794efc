// The files that account for what is in no split, and for duplicates.
#pragma once

#include <filesystem>

#include "data/prepared_corpus.h"
#include "data/write/final_records.h"

namespace llmops::data {

/// Every record that is in no split, with its reason, in the order of the input.
void write_rejects(const PreparedCorpus& prepared, FinalRecords& records, const StepStore& store,
                   const std::filesystem::path& path);

/// Every cluster of two and more, by its first record, with the ids of its members and what became of each.
void write_clusters(const PreparedCorpus& prepared, FinalRecords& records, const Workplace& workplace,
                    const std::filesystem::path& path);

}  // namespace llmops::data
