// MinHash bands kept in tables, so that each text is compared with few others.
#include "data/annotate/near_duplicates.h"

#include "data/dedup/shingles.h"

namespace llmops::data {

namespace {

/// Generated texts are short: more bands and shorter runs than `prepare` has by default.
MinHashSpec short_texts() {
  MinHashSpec spec;
  spec.ngram = 3;
  spec.bands = 32;
  spec.rows = 4;
  return spec;
}

}  // namespace

NearDuplicates::NearDuplicates()
    : spec_(short_texts()), hasher_(spec_), bands_(static_cast<std::size_t>(spec_.bands)) {}

NearDuplicates::Likeness NearDuplicates::compare(const std::string& text, double least) const {
  const TextWords words = words_of(text);
  if (same_.contains(words.normalized)) return Likeness::kSame;
  const auto shingles = shingle_set(words.hashes, spec_.ngram);
  const auto hashes = hasher_.bands(shingles);
  for (std::size_t band = 0; band < hashes.size(); ++band) {
    const auto found = bands_[band].find(hashes[band]);
    if (found == bands_[band].end()) continue;
    for (const std::uint32_t other : found->second) {
      if (jaccard(shingles_[other], shingles) >= least) return Likeness::kNear;
    }
  }
  return Likeness::kNew;
}

void NearDuplicates::add(const std::string& text) {
  TextWords words = words_of(text);
  const auto index = static_cast<std::uint32_t>(shingles_.size());
  shingles_.push_back(shingle_set(words.hashes, spec_.ngram));
  same_.insert(std::move(words.normalized));
  const auto hashes = hasher_.bands(shingles_.back());
  for (std::size_t band = 0; band < hashes.size(); ++band) bands_[band][hashes[band]].push_back(index);
}

}  // namespace llmops::data
