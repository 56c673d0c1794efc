// Shingles of records, made from their stored text when two of them are to be compared.
#pragma once

#include <cstdint>
#include <list>
#include <unordered_map>
#include <vector>

#include "data/corpus.h"
#include "data/dedup/shingles.h"

namespace llmops::data {

/// Keeps those used last, as far as memory allows.
class ShingleCache {
 public:
  /// @param most_bytes  of shingles held at a time
  ShingleCache(const Corpus& corpus, const StepStore& store, int ngram, std::uint64_t most_bytes, int threads);

  /// Brings records into memory, on all threads. @param records  may hold one several times
  void load(std::vector<std::uint32_t> records);

  /// Valid until the next call that loads. One that load() did not bring is made here.
  const std::vector<std::uint64_t>& of(std::uint32_t record);

  /// Records worth loading together.
  std::size_t batch() const { return kBatch; }

 private:
  static constexpr std::size_t kBatch = 4096;

  struct Entry {
    std::uint32_t record;
    std::vector<std::uint64_t> shingles;
  };
  void put(std::uint32_t record, std::vector<std::uint64_t> shingles);
  void shrink();

  CorpusReader reader_;
  int ngram_;
  std::uint64_t most_bytes_, bytes_ = 0;
  int threads_;
  std::list<Entry> entries_;  ///< the last used first
  std::unordered_map<std::uint32_t, std::list<Entry>::iterator> by_record_;
};

}  // namespace llmops::data
