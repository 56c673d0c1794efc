#include "data/dedup/shingle_cache.h"

#include <algorithm>

#include "data/parallel.h"

namespace llmops::data {
namespace {

std::vector<std::uint64_t> shingles_of_json(const std::string& json, int ngram) {
  const Record record = Record::from_json(parse_json(json, "segment"));
  return shingle_set(words_of(record.content_text()).hashes, ngram);
}

constexpr std::size_t kEntryBytes = 128;  // of the list, the map and the vector itself

}  // namespace

ShingleCache::ShingleCache(const Corpus& corpus, const StepStore& store, int ngram, std::uint64_t most_bytes,
                           int threads)
    : reader_(corpus, store), ngram_(ngram), most_bytes_(most_bytes), threads_(threads) {}

void ShingleCache::load(std::vector<std::uint32_t> records) {
  std::sort(records.begin(), records.end());
  records.erase(std::unique(records.begin(), records.end()), records.end());
  std::erase_if(records, [&](std::uint32_t record) { return by_record_.count(record) > 0; });
  for (std::size_t begin = 0; begin < records.size(); begin += kBatch) {
    const std::size_t end = std::min(records.size(), begin + kBatch);
    std::vector<std::string> jsons;
    for (std::size_t i = begin; i < end; ++i) jsons.push_back(reader_.json(records[i]));
    std::vector<std::vector<std::uint64_t>> sets(jsons.size());
    parallel_for(jsons.size(), threads_, [&](std::size_t first, std::size_t last) {
      for (std::size_t i = first; i < last; ++i) sets[i] = shingles_of_json(jsons[i], ngram_);
    });
    for (std::size_t i = 0; i < sets.size(); ++i) put(records[begin + i], std::move(sets[i]));
  }
}

const std::vector<std::uint64_t>& ShingleCache::of(std::uint32_t record) {
  const auto found = by_record_.find(record);
  if (found != by_record_.end()) {
    entries_.splice(entries_.begin(), entries_, found->second);
    return entries_.front().shingles;
  }
  put(record, shingles_of_json(reader_.json(record), ngram_));
  return entries_.front().shingles;
}

void ShingleCache::put(std::uint32_t record, std::vector<std::uint64_t> shingles) {
  bytes_ += shingles.size() * sizeof(std::uint64_t) + kEntryBytes;
  entries_.push_front({record, std::move(shingles)});
  by_record_[record] = entries_.begin();
  shrink();
}

// The two last used always stay: they are being compared.
void ShingleCache::shrink() {
  while (bytes_ > most_bytes_ && entries_.size() > 2) {
    const Entry& oldest = entries_.back();
    bytes_ -= oldest.shingles.size() * sizeof(std::uint64_t) + kEntryBytes;
    by_record_.erase(oldest.record);
    entries_.pop_back();
  }
}

}  // namespace llmops::data
